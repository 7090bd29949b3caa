// One chart with its table: the picture for eyes, the same numbers for readers and for who wants them.
import { useEffect, useRef, useState } from "preact/hooks";

export interface Row {
  name: string;
  value: number;
  /** Colour of the bar; the name and the number stand beside it. */
  color?: string;
}

interface Props {
  title: string;
  /** Heading of the first column. */
  what: string;
  rows: readonly Row[];
  lying?: boolean;
  wide?: boolean;
}

const GREEN = "#0b5a4b";

export function Figure({ title, what, rows, lying = false, wide = false }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [table, setTable] = useState(false);
  const key = JSON.stringify(rows);
  useEffect(() => {
    if (!rows.length || table) return undefined;
    let clear: (() => void) | undefined;
    let gone = false;
    void import("./chart").then(({ draw }) => {
      if (gone || !canvas.current) return;
      clear = draw(canvas.current, { labels: rows.map((row) => row.name), values: rows.map((row) => row.value), colors: rows.map((row) => row.color ?? GREEN), lying });
    });
    return () => {
      gone = true;
      clear?.();
    };
  }, [key, lying, table]);
  return (
    <section class={`card figure ${wide ? "wide" : ""}`}>
      <header>
        <h2>{title}</h2>
        {rows.length > 0 && <button type="button" aria-pressed={table} onClick={() => setTable(!table)}>{table ? "看图" : "看表"}<span class="unseen">:{title}</span></button>}
      </header>
      {rows.length === 0 ? (
        <p class="hint">这些天没有。</p>
      ) : (
        <>
          {!table && <div class="plot" style={{ height: lying ? `${Math.max(5, rows.length * 1.75 + 1.6)}rem` : "13rem" }}><canvas ref={canvas} aria-hidden="true" /></div>}
          <div class={table ? "numbers" : "unseen"}>
            <table>
              <caption class="unseen">{title}</caption>
              <thead><tr><th scope="col">{what}</th><th scope="col">人次</th></tr></thead>
              <tbody>{rows.map((row) => <tr key={row.name}><th scope="row">{row.name}</th><td>{row.value}</td></tr>)}</tbody>
            </table>
          </div>
        </>
      )}
    </section>
  );
}
