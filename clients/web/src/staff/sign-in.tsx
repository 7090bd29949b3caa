// Name, password and the code of an authenticator app.
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError } from "../api/problem";
import { AiLabel, Mark } from "../ui/parts";
import { signIn, type Why } from "./session";

const WHY: Record<Why, string> = {
  "": "",
  idle: "15分钟没有操作,已自动退出。没存的改动没有保留。",
  expired: "登录已过期,请重新登录。",
  out: "已退出。",
};

export function SignIn({ title, why }: { title: string; why: Why }) {
  const [fault, setFault] = useState("");
  const [busy, setBusy] = useState(false);
  const name = useRef<HTMLInputElement>(null);
  const code = useRef<HTMLInputElement>(null);
  useEffect(() => name.current?.focus(), []);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const text = (field: string): string => String(form.get(field) ?? "").trim();
    setFault("");
    setBusy(true);
    try {
      await signIn(text("name"), String(form.get("password") ?? ""), text("code").replace(/\s/g, ""));
    } catch (error) {
      setFault(words(error));
      if (code.current) code.current.value = "";
      code.current?.focus();
    } finally {
      setBusy(false);
    }
  };
  return (
    <main class="sign-in">
      <Mark />
      <h1>{title}</h1>
      {why && <p class="note" role="status">{WHY[why]}</p>}
      <form class="card stack" onSubmit={(event) => void submit(event)}>
        <label>账号<input ref={name} name="name" autocomplete="username" autocapitalize="off" spellcheck={false} required /></label>
        <label>密码<input name="password" type="password" autocomplete="current-password" required /></label>
        <label>
          动态码<input ref={code} name="code" class="digits" inputMode="numeric" autocomplete="one-time-code" pattern="[0-9 ]{6,7}" maxLength={7} title="6位数字" required />
          <span class="hint">手机验证器上的6位数字,每30秒换一次。</span>
        </label>
        {fault && <p class="error" role="alert">{fault}</p>}
        <button class="button main wide" disabled={busy}>{busy ? "正在登录…" : "登录"}</button>
      </form>
      <p class="hint">连错5次,锁15分钟。15分钟不动,自动退出。忘了密码,请找管理员。</p>
      <p><AiLabel text="记录由人工智能按规则整理,以医生判断为准" /></p>
    </main>
  );
}

function words(error: unknown): string {
  if (!(error instanceof ApiError)) return (error as Error).message;
  const seconds = (error.body as { seconds?: number }).seconds;
  return error.code === "locked" && seconds ? `连错太多次,账号已锁。请过${Math.ceil(seconds / 60)}分钟再试,或找管理员解锁。` : error.message;
}
