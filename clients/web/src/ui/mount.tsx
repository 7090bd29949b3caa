// Draws a screen into the page. A fault while drawing shows what to do instead of nothing.
import { Component, render, type ComponentChildren } from "preact";
import { begin, useSettings, type Size } from "./settings";

class Guard extends Component<{ children: ComponentChildren }, { broken: boolean }> {
  override state = { broken: false };
  static override getDerivedStateFromError(): { broken: boolean } {
    return { broken: true };
  }
  override render() {
    if (!this.state.broken) return this.props.children;
    return (
      <main class="loading" role="alert">
        <p>页面出了问题,您说的话没有丢。</p>
        <p><a class="button main" href="">再打开一次</a></p>
        <p>还不行,请到导诊台找护士;急的时候,请打 <a href="tel:120">120</a>。</p>
      </main>
    );
  }
}

function Settled({ screen: Screen }: { screen: () => ComponentChildren }) {
  // Drawn anew whenever they change, and with it everything below: the script is written while drawing.
  useSettings();
  return <Screen />;
}

/** `screen` becomes the page. The kiosk keeps nothing on the device. */
export async function mount(screen: () => ComponentChildren, options: { kept?: boolean; size?: Size } = {}): Promise<void> {
  await begin({ kept: options.kept ?? true, size: options.size ?? "normal" });
  const root = document.getElementById("app") ?? document.body;
  root.replaceChildren();
  render(<Guard><Settled screen={screen} /></Guard>, root);
}
