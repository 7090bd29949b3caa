// Clinicians: the worklist, the desk, one record. The address holds at most the id of a visit.
import { useEffect, useState } from "preact/hooks";
import type { Me } from "../api/staff";
import { useFeed } from "../staff/feed";
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
      {(me) => <Inside me={me} place={place} />}
    </Staff>
  );
}

function Inside({ me, place }: { me: Me; place: Place }) {
  // One stream for list and record: going from one to the other misses nothing, so nothing is read twice.
  useFeed(() => undefined);
  return place.view === "record" ? (
    <RecordPage key={place.id} id={place.id} me={me} onBack={() => (location.hash = "#")} />
  ) : (
    <Lists me={me} desk={place.view === "desk"} onOpen={(id) => (location.hash = `#v=${id}`)} />
  );
}
