// The keys of a screen, and a switch for those that are single letters (WCAG 2.1.4).
import { useStore } from "../visit/store";
import { Dialog } from "./dialog";
import { keys as store } from "./keys";

export function KeysHelp({ keys, onClose }: { keys: readonly (readonly [string, string, string])[]; onClose: () => void }) {
  const { on } = useStore(store);
  return (
    <Dialog title="快捷键" onClose={onClose}>
      <dl class="keys">
        {keys.map(([key, other, what]) => (
          <div key={what}>
            <dt><kbd>{key}</kbd>{other && <> 或 <kbd>{other}</kbd></>}</dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <label class="check"><input type="checkbox" checked={on} onChange={() => store.set({ on: !on })} />字母键可用</label>
    </Dialog>
  );
}
