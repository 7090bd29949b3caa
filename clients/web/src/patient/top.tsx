// The bar on top: whose machine this is, that it is a machine (C12), a person (C16), the rest.
import { HandIcon, MenuIcon } from "../ui/icons";
import { AiLabel, Mark } from "../ui/parts";
import { change, useSettings, type Size } from "../ui/settings";

const NEXT: Record<Size, Size> = { normal: "large", large: "largest", largest: "normal" };

export function TopBar({ onHelp, onMore }: { onHelp: () => void; onMore: () => void }) {
  const { size } = useSettings();
  return (
    <header class="top">
      <div class="bar">
        <Mark />
        <span class="grow" />
        <button type="button" class="button plain small" onClick={() => void change({ size: NEXT[size] })} aria-label={size === "largest" ? "字变小" : "字变大"}>
          {size === "largest" ? "小字" : "大字"}
        </button>
        <button type="button" class="button plain small" onClick={onHelp}><HandIcon size="1.2em" />叫人</button>
        <button type="button" class="button plain small" onClick={onMore} aria-label="更多"><MenuIcon size="1.2em" /></button>
      </div>
      <p class="who"><AiLabel text="人工智能在问,不是医生" /></p>
    </header>
  );
}
