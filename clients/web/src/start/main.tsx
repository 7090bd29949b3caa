// The start page: where to go. For staff and for trying out; patients come by a code to /patient.
import { useEffect, useState } from "preact/hooks";
import { site } from "../api/site";
import type { SiteInfo } from "../api/types";
import { mount } from "../ui/mount";
import { Mark } from "../ui/parts";
import "./start.css";

const DOORS = [
  { to: "/patient", name: "手机问诊", text: "病人或家人用手机,看病前先问一问", tone: "green" },
  { to: "/kiosk", name: "语音问诊机", text: "大厅里的机器,张嘴说就行", tone: "green" },
  { to: "/doctor", name: "医生与护士", text: "候诊名单和预问诊记录,要登录", tone: "plain" },
  { to: "/manage", name: "管理", text: "数量、时间和质量,要登录", tone: "plain" },
] as const;

function Start() {
  const [hospital, setHospital] = useState<SiteInfo | null>(null);
  useEffect(() => void site().then(setHospital), []);
  return (
    <main class="start">
      <header>
        <Mark />
        <h1>看病前问一问</h1>
        <p class="hint">{hospital ? hospital.hospital : "\u00a0"}</p>
        <p>颈、肩、腰、腿和关节不舒服,先答几个问题。机器帮您看急不急、挂哪个科,把话整理好给医生看。</p>
      </header>
      <nav aria-label="入口">
        {DOORS.map((door) => (
          <a key={door.to} class={`door ${door.tone}`} href={door.to}>
            <strong>{door.name}</strong>
            <span>{door.text}</span>
          </a>
        ))}
      </nav>
      <footer class="hint">
        <p>由人工智能(AI)按规则提问,不是医生,不开药。接口说明见 <a href="/docs">/docs</a>。</p>
        {hospital && <p>急的时候:{hospital.emergency}</p>}
      </footer>
    </main>
  );
}

void mount(Start);
