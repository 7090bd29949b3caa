// For the editor: words that doctors marked as understood wrongly. Nothing here says whose they are; words of a
// patient who did not agree to `improvement` never come here.
import { useEffect, useState } from "preact/hooks";
import { listPhrases, type Me, type Phrase } from "../api/staff";
import { TopBar } from "../staff/frame";
import { guarded } from "../staff/session";
import { clock } from "../staff/words";

export function Phrases({ me }: { me: Me }) {
  const [phrases, setPhrases] = useState<Phrase[] | null>(null);
  const [trouble, setTrouble] = useState("");
  const read = (): void => {
    guarded(listPhrases()).then(
      (next) => (setPhrases(next), setTrouble("")),
      (error: Error) => setTrouble(error.message),
    );
  };
  useEffect(read, []);
  return (
    <div class="screen manage">
      <TopBar me={me}><nav class="tabs" aria-label="页"><a href="/manage" aria-current="page">理解错的话</a></nav></TopBar>
      <main>
        <div class="tools">
          <h1>医生标出的、机器理解错的话</h1>
          <span class="grow" />
          <span class="hint">只有病人同意「用来改进」的才到这里,不写是谁说的</span>
          <button type="button" class="button" onClick={read}>再看一次</button>
        </div>
        {trouble && <p class="error" role="alert">{trouble}</p>}
        {phrases === null ? (
          !trouble && <p class="loading">正在打开…</p>
        ) : phrases.length === 0 ? (
          <p class="loading">现在没有。</p>
        ) : (
          <div class="rows" tabIndex={0} role="region" aria-label="理解错的话">
            <table>
              <thead><tr><th scope="col">病人说的</th><th scope="col">医生说其实是</th><th scope="col">应归到</th><th scope="col">谁标的</th><th scope="col">时间</th></tr></thead>
              <tbody>
                {phrases.map((one, at) => (
                  <tr key={at}>
                    <th scope="row"><q data-verbatim>{one.text}</q></th>
                    <td data-verbatim>{one.note || <span class="hint">没写</span>}</td>
                    <td>{one.concept || <span class="hint">—</span>}</td>
                    <td>{one.by}</td>
                    <td class="when">{clock(one.at)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </main>
    </div>
  );
}
