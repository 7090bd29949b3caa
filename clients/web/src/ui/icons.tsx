// Line icons, drawn here so that nothing is loaded. Always beside words, so hidden from readers.
import type { ComponentChildren } from "preact";

function Icon({ children, size = "1.4em" }: { children: ComponentChildren; size?: string | undefined }) {
  return (
    <svg viewBox="0 0 24 24" style={{ width: size, height: size }} fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
      {children}
    </svg>
  );
}

type Props = { size?: string };
export const PersonIcon = ({ size }: Props) => (<Icon size={size}><circle cx="12" cy="7.5" r="4" /><path d="M4 21c.6-4.6 3.8-7 8-7s7.4 2.4 8 7" /></Icon>);
export const PeopleIcon = ({ size }: Props) => (<Icon size={size}><circle cx="9" cy="8" r="3.5" /><path d="M2.5 20c.5-4 3-6 6.5-6s6 2 6.5 6" /><path d="M16 4.8a3.5 3.5 0 0 1 0 6.5M18.5 14.5c1.8.9 2.8 2.8 3 5.5" /></Icon>);
export const HandIcon = ({ size }: Props) => (<Icon size={size}><path d="M12 21a8.5 8.5 0 1 0-8.5-8.5c0 1.5.3 2.7 1 3.9L3.5 20.5l4-1c1.3 1 2.9 1.5 4.5 1.5Z" /><path d="M8.5 12.5h.01M12 12.5h.01M15.5 12.5h.01" /></Icon>);
export const MicIcon = ({ size }: Props) => (<Icon size={size}><rect x="9" y="2.5" width="6" height="11.5" rx="3" /><path d="M5 11.5a7 7 0 0 0 14 0M12 18.5V22M8.5 22h7" /></Icon>);
export const PhoneIcon = ({ size }: Props) => (<Icon size={size}><path d="M21 16.5v3a2 2 0 0 1-2.2 2A18.5 18.5 0 0 1 2.5 5.2 2 2 0 0 1 4.5 3h3a1.5 1.5 0 0 1 1.5 1.3c.1 1 .4 1.9.7 2.8a1.5 1.5 0 0 1-.3 1.6L8 10a15 15 0 0 0 6 6l1.3-1.4a1.5 1.5 0 0 1 1.6-.3c.9.3 1.8.6 2.8.7a1.5 1.5 0 0 1 1.3 1.5Z" /></Icon>);
export const BodyIcon = ({ size }: Props) => (<Icon size={size}><circle cx="12" cy="4" r="2.2" /><path d="M5 9.5c4.5-1.3 9.5-1.3 14 0M12 8.8v6M12 14.8 9 21.5M12 14.8l3 6.7" /></Icon>);
export const WhyIcon = ({ size }: Props) => (<Icon size={size}><circle cx="12" cy="12" r="9.5" /><path d="M9.3 9.2a2.8 2.8 0 1 1 4 2.9c-.8.5-1.3 1-1.3 2M12 17.3h.01" /></Icon>);
export const EditIcon = ({ size }: Props) => (<Icon size={size}><path d="M4 20h4L19.5 8.5a2.1 2.1 0 0 0-3-3L5 17l-1 3ZM14.5 7.5l3 3" /></Icon>);
export const CheckIcon = ({ size }: Props) => (<Icon size={size}><path d="m4.5 12.5 5 5 10-11" /></Icon>);
export const BackIcon = ({ size }: Props) => (<Icon size={size}><path d="M14.5 5.5 8 12l6.5 6.5" /></Icon>);
export const CloseIcon = ({ size }: Props) => (<Icon size={size}><path d="M6 6l12 12M18 6 6 18" /></Icon>);
export const MenuIcon = ({ size }: Props) => (<Icon size={size}><path d="M4 7h16M4 12h16M4 17h16" /></Icon>);
export const AlertIcon = ({ size }: Props) => (<Icon size={size}><path d="M12 3 2.3 20h19.4L12 3ZM12 10v4.5M12 17.5h.01" /></Icon>);
export const RepeatIcon = ({ size }: Props) => (<Icon size={size}><path d="M4 12a8 8 0 1 0 2.5-5.8M4 4v4.5h4.5" /></Icon>);
export const LoudIcon = ({ size }: Props) => (<Icon size={size}><path d="M4 9.5v5h3.5L13 19V5L7.5 9.5H4ZM16.5 9a4.5 4.5 0 0 1 0 6M19 6.5a8 8 0 0 1 0 11" /></Icon>);
export const SlowIcon = ({ size }: Props) => (<Icon size={size}><circle cx="12" cy="12" r="9" /><path d="M12 7v5l3.5 2" /></Icon>);
export const SendIcon = ({ size }: Props) => (<Icon size={size}><path d="M12 20V5M5.5 11 12 4.5l6.5 6.5" /></Icon>);
export const BagIcon = ({ size }: Props) => (<Icon size={size}><path d="M4.5 8.5h15L18.5 21h-13l-1-12.5ZM8.5 8.5a3.5 3.5 0 0 1 7 0" /></Icon>);
export const PlaceIcon = ({ size }: Props) => (<Icon size={size}><path d="M12 21.5s7-6.3 7-11.5a7 7 0 1 0-14 0c0 5.2 7 11.5 7 11.5Z" /><circle cx="12" cy="10" r="2.5" /></Icon>);
export const PrintIcon = ({ size }: Props) => (<Icon size={size}><path d="M7 8V3h10v5M7 17H4.5A1.5 1.5 0 0 1 3 15.5v-6A1.5 1.5 0 0 1 4.5 8h15A1.5 1.5 0 0 1 21 9.5v6a1.5 1.5 0 0 1-1.5 1.5H17M7 14h10v7H7z" /></Icon>);
