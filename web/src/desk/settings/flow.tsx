// One flow: a picture of it with the path of a contact, its problems, its JSON and its versions.

import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Dialog } from '../dialog.tsx';
import { Icon } from '../icons.tsx';
import type { Session } from '../session.ts';
import type { Words } from '../texts.ts';
import { addressOf, usePath } from './flow-path.ts';
import { Graph, type Content, type Step } from './graph.tsx';
import { all, type Listed } from './kind.ts';

const tell = (error: unknown) => (error instanceof Error ? error.message : String(error));

interface Flow {
  Id: string;
  Name: string;
  Type: string;
  State: string;
  Status: string;
  Content: string;
}
interface Version {
  Version: number;
  VersionDescription?: string;
}
interface Problem {
  ActionId?: string;
  Field?: string;
  Message: string;
}

export const pretty = (text: string) => {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
};
const read = (text: string): Content => {
  try {
    return JSON.parse(text) as Content;
  } catch {
    return {};
  }
};

function save(name: string, text: string) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  link.download = `${name.replace(/[^\w.-]+/g, '-')}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function useFlow(session: Session, words: Words, id: string) {
  const [flow, setFlow] = useState<Flow | null>(null);
  const [text, setText] = useState('');
  const [problems, setProblems] = useState<Problem[] | null>(null);
  const [versions, setVersions] = useState<Version[]>([]);
  const [version, setVersion] = useState(0); // the one that is shown; 0 is the newest
  const [said, setSaid] = useState('');
  const path = `/contact-flows/${session.instanceId}/${id}`;
  const run = async (what: () => Promise<void>) => {
    setSaid('');
    try {
      await what();
    } catch (error) {
      setSaid(tell(error));
    }
  };
  const load = async (n = 0) => {
    const which = encodeURIComponent(id + (n ? `:${n}` : ''));
    const { ContactFlow } = await session.call<{ ContactFlow: Flow }>('GET', `/contact-flows/${session.instanceId}/${which}`);
    setFlow(ContactFlow);
    setText(pretty(ContactFlow.Content));
    setProblems(null);
    setVersion(n);
    setVersions(await all<Version>(session, `${path}/versions`, 'ContactFlowVersionSummaryList'));
  };
  useEffect(() => void run(() => load()), [id]);
  const check = async (): Promise<Problem[]> => {
    const { Problems } = await session.call<{ Problems: Problem[] }>('POST', '/agent/flows/check', { Type: flow!.Type, Content: text });
    setProblems(Problems);
    return Problems;
  };
  return {
    flow,
    text,
    problems,
    versions,
    version,
    said,
    edit: (next: string) => {
      setText(next);
      setProblems(null);
    },
    show: (n: number) => run(() => load(n)),
    check: () =>
      run(async () => {
        await check();
      }),
    publish: () =>
      run(async () => {
        if ((await check()).length) return;
        await session.call('POST', `${path}/content`, { Content: text });
        await load();
        setSaid(words.t('published'));
      }),
    keep: (Description: string) =>
      run(async () => {
        await session.call('PUT', `${path}/version`, { Description: Description.trim() || undefined });
        await load();
        setSaid(words.t('kept'));
      }),
    forget: (n: number) =>
      run(async () => {
        await session.call('DELETE', `${path}/version/${n}`);
        await load();
      }),
    remove: (done: () => void) =>
      run(async () => {
        await session.call('DELETE', path);
        done();
      }),
  };
}

type Shown = ReturnType<typeof useFlow>;

function Problems({ problems, words, onChoose }: { problems: Problem[]; words: Words; onChoose(id: string): void }) {
  return (
    <div class="problems" role="status">
      {problems.length === 0 ? (
        <p>
          <Icon name="check" />
          {words.t('noProblems')}
        </p>
      ) : (
        <ol>
          {problems.map((each, n) => (
            <li key={n}>
              <button type="button" disabled={!each.ActionId} onClick={() => onChoose(each.ActionId ?? '')}>
                {each.ActionId && <b>{each.ActionId}</b>} <span>{each.Field}</span> {each.Message}
              </button>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}

/** Whose path is shown, and the other flows that it leads through. */
function Way({
  words,
  id,
  contact,
  steps,
  error,
  flows,
}: {
  words: Words;
  id: string;
  contact: string;
  steps: Step[] | null;
  error: string;
  flows: Listed[];
}) {
  const mine = steps?.filter((each) => each.FlowId === id) ?? [];
  const through = [...new Set(steps?.map((each) => each.FlowId))]
    .map((flow) => flows.find((each) => each.id === flow))
    .filter((each) => !!each);
  const go = (to: string) => {
    location.hash = addressOf({ flow: id, contact: to.trim() });
  };
  return (
    <div class="way">
      <label class="field">
        <span>{words.t('pathOf')}</span>
        <input type="text" value={contact} placeholder={words.t('contactId')} onChange={(event) => go(event.currentTarget.value)} />
      </label>
      {error && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
      {steps && mine.length === 0 && <p class="soft">{words.t('noPath')}</p>}
      {mine.length > 0 && (
        <p class="soft">
          {words.t('steps', { n: mine.length })}
          {mine.at(-1)?.Reason && ` · ${mine.at(-1)!.Reason}`}
        </p>
      )}
      {through.length > 1 && (
        <nav class="switch" aria-label={words.t('flowsOf')}>
          {through.map((each) => (
            <a key={each.id} href={addressOf({ flow: each.id, contact })} aria-current={each.id === id ? 'page' : undefined}>
              {each.name}
            </a>
          ))}
        </nav>
      )}
    </div>
  );
}

function Versions({ session, words, shown }: { session: Session; words: Words; shown: Shown }) {
  const [about, setAbout] = useState('');
  const [open, setOpen] = useState(false);
  const keep = (event: Event) => {
    event.preventDefault();
    void shown.keep(about).then(() => setAbout((now) => (now === about ? '' : now)));
  };
  return (
    <div
      class="menubox"
      onKeyDown={(event) => {
        if (event.key === 'Escape') setOpen(false);
      }}
    >
      <button type="button" class="plain" aria-expanded={open} onClick={() => setOpen(!open)}>
        {shown.version ? words.t('version', { n: shown.version }) : words.t('versions')}
        <Icon name="down" />
      </button>
      {open && (
        <div class="menu versions">
          <ul>
            <li>
              <button type="button" aria-current={shown.version === 0 ? 'true' : undefined} onClick={() => void shown.show(0)}>
                <b>{words.t('newest')}</b>
              </button>
            </li>
            {shown.versions.map(({ Version: n, VersionDescription }) => (
              <li key={n}>
                <button type="button" aria-current={shown.version === n ? 'true' : undefined} onClick={() => void shown.show(n)}>
                  <b>{words.t('version', { n })}</b>
                  {VersionDescription && <small dir="auto">{VersionDescription}</small>}
                </button>
                {session.administers && (
                  <button
                    type="button"
                    class="tool"
                    aria-label={words.t('remove', { name: words.t('version', { n }) })}
                    onClick={() => void shown.forget(n)}
                  >
                    <Icon name="close" />
                  </button>
                )}
              </li>
            ))}
          </ul>
          {session.administers && (
            <form onSubmit={keep}>
              <input
                type="text"
                maxLength={500}
                value={about}
                placeholder={words.t('about')}
                aria-label={words.t('about')}
                onInput={(event) => setAbout(event.currentTarget.value)}
              />
              <button type="submit" class="main">
                {words.t('keepVersion')}
              </button>
            </form>
          )}
        </div>
      )}
    </div>
  );
}

export function One({
  session,
  words,
  id,
  contact,
  flows,
  onGone,
}: {
  session: Session;
  words: Words;
  id: string;
  contact: string;
  flows: Listed[];
  onGone(): void;
}) {
  const shown = useFlow(session, words, id);
  const { flow, text, problems, said, version } = shown;
  const { steps, error } = usePath(session, contact);
  const [chosen, setChosen] = useState('');
  const [json, setJSON] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const file = useRef<HTMLInputElement>(null);
  const content = useMemo(() => read(text), [text]);
  const close = () => {
    location.hash = '#/settings/flows';
  };
  const take = async (list: FileList | null) => {
    if (list?.[0]) {
      shown.edit(pretty(await list[0].text()));
      setJSON(true);
    }
  };
  const faulty = new Set((problems ?? []).map((each) => each.ActionId ?? '').filter(Boolean));
  const action = content.Actions?.find((each) => each.Identifier === chosen);
  const mine = steps?.filter((each) => each.FlowId === id) ?? [];
  if (!flow)
    return (
      <div class="center" role="status">
        {said || <span class="spinner" />}
      </div>
    );
  return (
    <section class="flow" aria-label={flow.Name}>
      <header>
        <div class="who">
          <h2 dir="auto">{flow.Name}</h2>
          <p class="soft">
            {flow.Type} · {flow.Status} · {flow.State}
          </p>
        </div>
        <Versions session={session} words={words} shown={shown} />
        <button type="button" class="plain" onClick={() => void shown.check()}>
          {words.t('check')}
        </button>
        {session.administers && (
          <button type="button" class="plain" onClick={() => file.current!.click()}>
            {words.t('import')}
          </button>
        )}
        <input ref={file} type="file" accept=".json,application/json" hidden onChange={(event) => void take(event.currentTarget.files)} />
        <button type="button" class="plain" onClick={() => save(flow.Name, text)}>
          {words.t('export')}
        </button>
        {session.administers && (
          <>
            <button type="button" class="plain danger" onClick={() => setDeleting(true)}>
              {words.t('delete')}
            </button>
            <button type="button" class="main" onClick={() => void shown.publish()}>
              {words.t(version ? 'publishVersion' : 'publish')}
            </button>
          </>
        )}
        <button type="button" class="tool" aria-label={words.t('close')} onClick={close}>
          <Icon name="close" />
        </button>
      </header>
      {said && (
        <p class="banner" role="status" dir="auto">
          {said}
        </p>
      )}
      {problems && <Problems problems={problems} words={words} onChoose={setChosen} />}
      <div class="above">
        <Way words={words} id={id} contact={contact} steps={steps} error={error} flows={flows} />
        <label class="check">
          <input type="checkbox" checked={json} onChange={(event) => setJSON(event.currentTarget.checked)} />
          JSON
        </label>
      </div>
      <div class="drawn">
        <Graph content={content} steps={mine} problems={faulty} chosen={chosen} words={words} onChoose={setChosen} />
        {(action || json) && (
          <div class="code">
            {action && !json ? (
              <>
                <h3>{action.Type}</h3>
                {problems
                  ?.filter((each) => each.ActionId === chosen)
                  .map((each, n) => (
                    <p key={n} class="error">
                      {each.Field}: {each.Message}
                    </p>
                  ))}
                <pre tabIndex={0}>{JSON.stringify(action, null, 2)}</pre>
              </>
            ) : (
              <textarea
                spellcheck={false}
                aria-label={words.t('flow')}
                value={text}
                readOnly={!session.administers}
                onInput={(event) => shown.edit(event.currentTarget.value)}
              />
            )}
          </div>
        )}
      </div>
      {deleting && (
        <Dialog
          title={words.t('deleteSure', { name: flow.Name })}
          text={words.t('deleteText')}
          yes={words.t('delete')}
          no={words.t('cancel')}
          danger
          onYes={() => {
            setDeleting(false);
            void shown.remove(() => {
              onGone();
              close();
            });
          }}
          onNo={() => setDeleting(false)}
        />
      )}
    </section>
  );
}
