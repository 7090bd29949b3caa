// Clinicians: the worklist, the desk, one record. The address holds at most the id of a visit.
import { useEffect, useState } from "preact/hooks";
import { Staff } from "../staff/frame";
import { RecordPage } from "./record";
import { Lists } from "./lists";

export type Place = { view: "list" } | { view: "desk" } | { view: "record"; id: string };

export function placeOf(hash: string): Place {
  const visit = /^#v=([0-9a-f-]{36})$/i.exec(hash);
  if (visit?.[1]) return { view: "record", id: visit[1] };
  return hash === "#desk" ? { view: "desk" } : { view: "list" };
}

export const addressOf = (place: Place): string => (place.view === "record" ? `#v=${place.id}` : place.view === "desk" ? "#desk" : "#");

export function Doctor() {
  const [place, setPlace] = useState(() => placeOf(location.hash));
  useEffect(() => {
    const moved = (): void => setPlace(placeOf(location.hash));
    addEventListener("hashchange", moved);
    return () => removeEventListener("hashchange", moved);
  }, []);
  return (
    <Staff title="医生与护士" roles={["doctor", "nurse"]}>
      {(me) =>
        place.view === "record" ? (
          <RecordPage key={place.id} id={place.id} me={me} onBack={() => (location.hash = "#")} />
        ) : (
          <Lists me={me} desk={place.view === "desk"} onOpen={(id) => (location.hash = `#v=${id}`)} />
        )
      }
    </Staff>
  );
}
