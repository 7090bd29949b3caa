// The frame of every staff screen: signed in or not, the bar on top, the warning before the idle end.
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { useStore } from "../visit/store";
import { AiLabel, Mark } from "../ui/parts";
import type { Me } from "../api/staff";
import { Dialog } from "./dialog";
import { begin, session, signOut, stay } from "./session";
import { SignIn } from "./sign-in";
import { ROLES, wordOf } from "./words";
import "./staff.css";

interface Props {
  title: string;
  /** Roles that may see what is inside. */
  roles: readonly string[];
  children: (me: Me) => ComponentChildren;
}

export function Staff({ title, roles, children }: Props) {
  const { me, why, left, trouble } = useStore(session);
  useEffect(() => void begin(), []);
  if (trouble && !me)
    return (
      <main class="loading" role="alert">
        <p>{trouble}</p>
        <button type="button" class="button main" onClick={() => void begin()}>再试一次</button>
      </main>
    );
  if (me === undefined) return <p class="loading">正在打开…</p>;
  if (me === null) return <SignIn title={title} why={why} />;
  return (
    <>
      {roles.includes(me.role) ? children(me) : <NotForRole me={me} title={title} />}
      {left !== null && (
        <Dialog title="还在吗?" onClose={stay}>
          <p>很久没有操作,<b>{left}秒</b>后自动退出,屏幕会清空。</p>
          <button type="button" class="button main" onClick={stay}>我还在</button>
        </Dialog>
      )}
    </>
  );
}

function NotForRole({ me, title }: { me: Me; title: string }) {
  return (
    <>
      <TopBar me={me} />
      <main class="loading">
        <h1>{title}</h1>
        <p>「{wordOf(ROLES, me.role)}」账号看不了这一页。</p>
        <p class="row centre">
          {["admin", "doctor", "editor", "auditor"].includes(me.role) && <a class="button" href="/manage">去管理页</a>}
          {["nurse", "doctor"].includes(me.role) && <a class="button" href="/doctor">去名单</a>}
        </p>
      </main>
    </>
  );
}

/** Whose machine, that a machine wrote it (C12), who is signed in and as what. */
export function TopBar({ me, children }: { me: Me; children?: ComponentChildren }) {
  return (
    <header class="bar">
      <Mark />
      {children}
      <span class="grow" />
      <AiLabel text="AI整理,医生判断为准" />
      <span class="me"><b>{me.display_name}</b><span class="role">{wordOf(ROLES, me.role)}</span></span>
      <button type="button" class="button plain" onClick={() => void signOut()}>退出</button>
    </header>
  );
}
