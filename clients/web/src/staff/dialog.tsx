// A window over the screen: the browser's own dialog, which keeps the focus and closes by Escape.
import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { CloseIcon } from "../ui/icons";

interface Props {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  /** At the right edge, as high as the screen. */
  side?: boolean;
}

export function Dialog({ title, onClose, children, side = false }: Props) {
  const box = useRef<HTMLDialogElement>(null);
  const id = useId();
  // Before anything more can be typed: the next letter belongs to the window.
  useLayoutEffect(() => {
    const dialog = box.current;
    const before = document.activeElement;
    dialog?.showModal();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    <dialog
      ref={box}
      class={side ? "side" : ""}
      aria-labelledby={id}
      onCancel={(event) => { event.preventDefault(); onClose(); }}
      // A second Escape closes it without asking.
      onClose={() => box.current && onClose()}
      onClick={(event) => event.target === box.current && onClose()}
    >
      <div class="inside">
        <header>
          <h2 id={id}>{title}</h2>
          <button type="button" class="button quiet" aria-label="关上" onClick={onClose}><CloseIcon size="1.2em" /></button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
