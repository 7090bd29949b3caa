// A window over the screen: the browser's own dialog, which keeps the focus and closes by Escape.
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
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
  useEffect(() => {
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
