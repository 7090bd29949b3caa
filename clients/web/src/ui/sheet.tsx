// A sheet over the screen: takes the focus, keeps it, and closes by button, Escape or the back button.
import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { useBack } from "./back";
import { CloseIcon } from "./icons";

interface Props {
  title: string;
  children: ComponentChildren;
  /** Without it the sheet must be answered. */
  onClose?: () => void;
  tone?: "red" | "amber" | "plain";
  /** Over the whole screen. */
  full?: boolean;
  /** Read out at once, as an alert is. */
  urgent?: boolean;
}

const FOCUSABLE = "a[href], button:not(:disabled), input:not(:disabled), textarea:not(:disabled), [tabindex='0']";

export function Sheet({ title, children, onClose, tone = "plain", full = false, urgent = false }: Props) {
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const close = useRef(onClose);
  close.current = onClose;
  useBack(() => close.current?.());
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === "Escape") close.current?.();
    if (event.key !== "Tab" || !box.current) return;
    const inside = [...box.current.querySelectorAll<HTMLElement>(FOCUSABLE)];
    const first = inside[0];
    const last = inside.at(-1);
    if (!first || !last) return;
    const at = document.activeElement;
    if (event.shiftKey && (at === first || !box.current.contains(at) || at?.hasAttribute("data-first"))) {
      last.focus();
      event.preventDefault();
    } else if (!event.shiftKey && (at === last || !box.current.contains(at))) {
      first.focus();
      event.preventDefault();
    }
  };
  // At once, not after the next frame: a key that is pressed as soon as the sheet shows belongs to it.
  useLayoutEffect(() => {
    const before = document.activeElement;
    document.addEventListener("keydown", onKey);
    const held = document.body.style.overflow;
    document.body.style.overflow = "hidden";
    return () => {
      document.removeEventListener("keydown", onKey);
      document.body.style.overflow = held;
      // After this drawing: only then can the screen below take the focus, and only if no other sheet has it by now.
      queueMicrotask(() => {
        if (before instanceof HTMLElement && before.isConnected && document.activeElement === document.body) before.focus({ preventScroll: true });
      });
    };
  }, []);
  // A sheet that turns into another one takes the focus anew: what had it may be gone.
  useLayoutEffect(() => box.current?.querySelector<HTMLElement>("[data-first]")?.focus(), [title]);
  return (
    <div class={`veil ${full ? "full" : ""}`} onClick={(event) => event.target === event.currentTarget && close.current?.()}>
      <div ref={box} class={`sheet ${tone}`} role={urgent ? "alertdialog" : "dialog"} aria-modal="true" aria-labelledby={id}>
        <header>
          <h2 id={id} tabIndex={-1} data-first>{title}</h2>
          {onClose && !full && (
            <button type="button" class="button quiet close" onClick={onClose} aria-label="关上">
              <CloseIcon />
            </button>
          )}
        </header>
        <div class="inside">{children}</div>
      </div>
    </div>
  );
}
