import { useEffect, useState } from "react";

import { AccountForm, enter, post, type FieldOf, type Words } from "./account_form";

type Props = {
  password: FieldOf;
  words: Words;
  join: string;
  joinWith: string;
  signIn: string;
  invited: string;
  over: string;
  loading: string;
};

type Invited = { workspace_name: string; email: string; has_account: boolean };

/** What an invitation's link leads to: choosing a password, joining, or signing in first. */
export function Invitation(props: Props) {
  const [invited, setInvited] = useState<Invited | null>();
  const [email, setEmail] = useState("");
  const [refused, setRefused] = useState("");

  useEffect(() => {
    void ask<Invited>(`/auth/invitation/${token()}`).then(setInvited);
    void ask<{ email: string }>("/auth/session").then((session) => setEmail(session?.email ?? ""));
  }, []);

  const join = async () => {
    const answer = await post(`/auth/invitation/${token()}`, {});
    if (answer?.ok) return enter("/");
    setRefused((await answer?.json().catch(() => null))?.detail ?? props.words.offline);
  };

  if (invited === undefined) return <p role="status">{props.loading}</p>;
  if (invited === null) return <p className="form-error" role="alert">{props.over}</p>;
  return (
    <>
      <dl className="facts">
        <div>
          <dt>{props.invited}</dt>
          <dd>{invited.workspace_name}</dd>
        </div>
        <div>
          <dt>{props.joinWith}</dt>
          <dd>{invited.email}</dd>
        </div>
      </dl>
      {refused && <p className="form-error" role="alert">{refused}</p>}
      {!invited.has_account && (
        <AccountForm action={`/auth/invitation/${token()}`} fields={[props.password]} submit={props.join} words={props.words} destination="/" />
      )}
      {invited.has_account && email === invited.email && (
        <button type="button" className="button primary wide" onClick={join}>
          {props.join}
        </button>
      )}
      {invited.has_account && email !== invited.email && (
        <a className="button primary wide" href={`/sign-in?next=${encodeURIComponent(window.location.pathname)}`}>
          {props.signIn}
        </a>
      )}
    </>
  );
}

function token(): string {
  return window.location.pathname.split("/").pop() ?? "";
}

async function ask<Answer>(address: string): Promise<Answer | null> {
  const answer = await fetch(address).catch(() => null);
  return answer?.ok ? answer.json() : null;
}
