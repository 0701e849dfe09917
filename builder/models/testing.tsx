/** One short question to a provider: who answered, how fast and what, or what is wrong and the mend. */

import { CircleAlert, CircleCheck, Zap } from "lucide-react";
import { useCallback, useState } from "react";

import { sentence } from "./reading";
import { send, type Tested } from "./wire";
import { asSentence, duration, t } from "./words";

export interface Test {
  running: boolean;
  result: Tested | null;
  /** The test itself could not be made. */
  problem: string;
  run: (provider: string, model?: string) => Promise<boolean>;
  clear: () => void;
}

export function useTest(): Test {
  const [running, setRunning] = useState(false);
  const [result, setResult] = useState<Tested | null>(null);
  const [problem, setProblem] = useState("");
  const clear = useCallback(() => {
    setResult(null);
    setProblem("");
  }, []);
  const run = useCallback(async (provider: string, model?: string) => {
    setRunning(true);
    setResult(null);
    setProblem("");
    try {
      const told = await send<Tested>("POST", `models/providers/${provider}/test`, model ? { model } : {});
      setResult(told);
      return told.ok;
    } catch (error) {
      setProblem(sentence(error));
      return false;
    } finally {
      setRunning(false);
    }
  }, []);
  return { running, result, problem, run, clear };
}

export function TestButton({ test, provider, name, model, disabled }: { test: Test; provider: string; name: string; model?: string; disabled?: boolean }) {
  return (
    <button type="button" className="button" aria-label={t("Test {name}", { name })} disabled={test.running || disabled} onClick={() => void test.run(provider, model)}>
      <Zap size={16} aria-hidden="true" />
      {test.running ? t("Asking…") : t("Test")}
    </button>
  );
}

export function TestResult({ test }: { test: Test }) {
  return (
    <div className="models-tested" aria-live="polite">
      {test.running && <p className="quiet-text">{t("A short question is on its way.")}</p>}
      {test.problem && <Problem>{test.problem}</Problem>}
      {test.result && <Result tested={test.result} />}
    </div>
  );
}

function Result({ tested: { ok, model, milliseconds, text, problem } }: { tested: Tested }) {
  if (!ok) return <Problem mend={mend(problem?.kind ?? "")}>{asSentence(problem?.message ?? t("It did not answer"))}</Problem>;
  return (
    <div className="notice green">
      <CircleCheck size={16} aria-hidden="true" />
      <div>
        <p>{t("{model} answered in {time}:", { model: model ?? "", time: duration(milliseconds ?? 0) })}</p>
        <blockquote dir="auto">{text}</blockquote>
      </div>
    </div>
  );
}

function Problem({ children, mend }: { children: string; mend?: string }) {
  return (
    <div className="form-error">
      <CircleAlert size={16} aria-hidden="true" />
      <div>
        <p>{children}</p>
        {mend && <p>{mend}</p>}
      </div>
    </div>
  );
}

/** What can be done about a failure of this kind; empty where the words of the failure say it. */
function mend(kind: string): string {
  const known: Record<string, string> = {
    key: t("Look whether the key is whole and still valid there, or replace it."),
    no_such_model: t("Choose another model to test with: the list shows what the provider offers."),
    limit: t("Wait a minute and test again, or ask the provider for a higher limit."),
    quota: t("Top up the account with the provider, or raise its limit there."),
    overloaded: t("Test again in a few minutes."),
    network: t("Look whether the address is right, and whether the computer that Flyt runs on reaches it."),
    timeout: t("It took too long. Test again, or choose a smaller model."),
    address: t("Look at the address: it should be the one of the API, not of a web page."),
  };
  return known[kind] ?? "";
}
