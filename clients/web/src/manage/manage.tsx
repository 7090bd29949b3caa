// Management: each role has one view here, and sees no other (interop §7 C6).
import type { ComponentChildren } from "preact";
import type { Me } from "../api/staff";
import { Staff } from "../staff/frame";
import { Audit } from "./audit";
import { Figures } from "./figures";
import { Phrases } from "./phrases";

const VIEWS: Readonly<Record<string, (props: { me: Me }) => ComponentChildren>> = { admin: Figures, doctor: Figures, editor: Phrases, auditor: Audit };

export function Manage() {
  return (
    <Staff title="管理" roles={Object.keys(VIEWS)}>
      {(me) => {
        const View = VIEWS[me.role];
        return View && <View me={me} />;
      }}
    </Staff>
  );
}
