// The record itself: every line is a button that opens the words behind it.
import type { RecordLine } from "../api/staff";
import type { Section } from "./sections";

interface Props {
  sections: readonly Section[];
  selected: string | null;
  onSelect: (line: RecordLine) => void;
}

export function Lines({ sections, selected, onSelect }: Props) {
  const first = sections[0]?.lines[0]?.id;
  return (
    <div class="sections">
      {sections.map((section) => (
        <section key={section.title} class={section.half ? "half" : ""} aria-label={section.title}>
          <h3>{section.label}</h3>
          <div class={section.joint === null ? "lines" : "lines run"}>
            {section.lines.map((line, at) => (
              <span key={line.id} class="piece">
                <Line line={line} selected={selected === line.id} reachable={selected === line.id || (selected === null && line.id === first)} onSelect={onSelect} />
                {section.joint !== null && at < section.lines.length - 1 && section.joint}
              </span>
            ))}
          </div>
        </section>
      ))}
    </div>
  );
}

const STATES: Readonly<Record<string, string>> = { confirmed: "已确认", edited: "已改", struck: "已划掉" };

function Line({ line, selected, reachable, onSelect }: { line: RecordLine; selected: boolean; reachable: boolean; onSelect: (line: RecordLine) => void }) {
  const state = STATES[line.state];
  return (
    <span
      id={`line-${line.id}`}
      class={`line ${line.state} ${line.low_confidence ? "low" : ""} ${line.quotes.length ? "" : "bare"}`}
      role="button"
      tabIndex={reachable ? 0 : -1}
      aria-pressed={selected}
      data-verbatim
      onClick={() => onSelect(line)}
      onFocus={() => onSelect(line)}
    >
      {line.state === "edited" ? <><del>{line.text}</del><ins>{line.edited_text}</ins></> : line.state === "struck" ? <del>{line.text}</del> : line.text}
      {line.low_confidence && line.state === "open" && <em class="unsure">没把握</em>}
      {state && (line.state === "confirmed" ? <span class="ok"><span class="unseen">{state}</span><i aria-hidden="true">✓</i></span> : <em class="state">{state}</em>)}
    </span>
  );
}
