// The flows of an instance: looked at as a picture, checked, brought in and taken out as JSON, in versions.

import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Icon } from '../icons.tsx';
import type { Session } from '../session.ts';
import type { Words } from '../texts.ts';
import { Graph, type Content, type Step } from './graph.tsx';
import { all, flows, type Listed } from './kinds.ts';

const TYPES = ['CONTACT_FLOW', 'CUSTOMER_QUEUE', 'CUSTOMER_WHISPER', 'AGENT_WHISPER', 'CUSTOMER_HOLD', 'AGENT_HOLD', 'OUTBOUND_WHISPER', 'AGENT_TRANSFER', 'QUEUE_TRANSFER'];
const tell = (error: unknown) => (error instanceof Error ? error.message : String(error));

interface Flow { Id: string; Name: string; Type: string; State: string; Status: string; Description?: string; Content: string; Version?: number }
interface Version { Version: number; VersionDescription?: string }
interface Problem { ActionId?: string; Field?: string; Message: string }

const pretty = (text: string) => { try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; } };
const read = (text: string): Content => { try { return JSON.parse(text) as Content; } catch { return {}; } };

function save(name: string, text: string) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  link.download = `${name.replace(/[^\w.-]+/g, '-')}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** The way of a contact through this flow, read again every two seconds while it is looked at. */
function useSteps(session: Session, contactId: string, flowId: string): [Step[], string] {
  const [steps, setSteps] = useState<Step[]>([]);
  const [error, setError] = useState('');
  useEffect(() => {
    setSteps([]);
    setError('');
    if (!contactId) return undefined;
    const load = () => all<Step>(session, `/perch/contacts/${encodeURIComponent(contactId)}/flow-log`, 'FlowLog', 'maxResults=1000')
      .then((found) => setSteps(found.filter((each) => each.FlowId === flowId)), (reason) => setError(tell(reason)));
    void load();
    const timer = setInterval(() => { if (document.visibilityState === 'visible') void load(); }, 2_000);
    return () => clearInterval(timer);
  }, [contactId, flowId]);
  return [steps, error];
}

function One({ session, words, id, onDone }: { session: Session; words: Words; id: string; onDone(): void }) {
  const [flow, setFlow] = useState<Flow | null>(null);
  const [text, setText] = useState('');
  const [problems, setProblems] = useState<Problem[] | null>(null);
  const [versions, setVersions] = useState<Version[]>([]);
  const [chosen, setChosen] = useState('');
  const [said, setSaid] = useState('');
  const [contact, setContact] = useState('');
  const [json, setJSON] = useState(false);
  const file = useRef<HTMLInputElement>(null);
  const path = `/contact-flows/${session.instanceId}/${id}`;
  const [steps, lost] = useSteps(session, contact, id);
  const content = useMemo(() => read(text), [text]);
  const load = async (version = '') => {
    try {
      const { ContactFlow } = await session.call<{ ContactFlow: Flow }>('GET', `/contact-flows/${session.instanceId}/${encodeURIComponent(id + version)}`);
      setFlow(ContactFlow);
      setText(pretty(ContactFlow.Content));
      setProblems(null);
      setVersions(await all<Version>(session, `${path}/versions`, 'ContactFlowVersionSummaryList'));
    } catch (error) { setSaid(tell(error)); }
  };
  useEffect(() => { void load(); }, [id]);
  const check = async (): Promise<Problem[]> => {
    const { Problems } = await session.call<{ Problems: Problem[] }>('POST', '/agent/flows/check', { Type: flow!.Type, Content: text });
    setProblems(Problems);
    return Problems;
  };
  const run = async (what: () => Promise<void>) => {
    setSaid('');
    try { await what(); } catch (error) { setSaid(tell(error)); }
  };
  const publish = () => run(async () => {
    if ((await check()).length) return;
    await session.call('POST', `${path}/content`, { Content: text });
    setSaid(words.t('published'));
    await load();
  });
  const version = () => run(async () => {
    await session.call('PUT', `${path}/version`, {});
    await load();
  });
  const take = async (list: FileList | null) => { if (list?.[0]) { setText(pretty(await list[0].text())); setProblems(null); setJSON(true); } };
  const faulty = new Set((problems ?? []).map((each) => each.ActionId ?? '').filter(Boolean));
  const action = content.Actions?.find((each) => each.Identifier === chosen);
  if (!flow) return <div class="center" role="status">{said || <span class="spinner" />}</div>;
  return (
    <section class="flow" aria-label={flow.Name}>
      <header>
        <div class="who"><h2 dir="auto">{flow.Name}</h2><p class="soft">{flow.Type} · {flow.Status} · {flow.State}</p></div>
        {versions.length > 0 && <select aria-label={words.t('versions')} onChange={(event) => void load(event.currentTarget.value)}><option value="">{words.t('newest')}</option>{versions.map((each) => <option key={each.Version} value={`:${each.Version}`}>{words.t('version', { n: each.Version })}</option>)}</select>}
        <button type="button" class="plain" onClick={() => void run(async () => { await check(); })}>{words.t('check')}</button>
        <button type="button" class="plain" onClick={() => file.current!.click()}>{words.t('import')}</button><input ref={file} type="file" accept=".json,application/json" hidden onChange={(event) => void take(event.currentTarget.files)} />
        <button type="button" class="plain" onClick={() => save(flow.Name, text)}>{words.t('export')}</button>
        {session.administers && <><button type="button" class="plain" onClick={() => void version()}>{words.t('keepVersion')}</button><button type="button" class="main" onClick={() => void publish()}>{words.t('publish')}</button></>}
        <button type="button" class="tool" aria-label={words.t('close')} onClick={onDone}><Icon name="close" /></button>
      </header>
      {said && <p class="banner" role="status" dir="auto">{said}</p>}
      {problems && <div class="problems" role="status">{problems.length === 0 ? <p><Icon name="check" />{words.t('noProblems')}</p> : <ol>{problems.map((each, n) => (
        <li key={n}><button type="button" disabled={!each.ActionId} onClick={() => setChosen(each.ActionId ?? '')}>{each.ActionId && <b>{each.ActionId}</b>} <span>{each.Field}</span> {each.Message}</button></li>))}</ol>}</div>}
      <div class="way"><label class="field"><span>{words.t('pathOf')}</span><input type="text" value={contact} placeholder={words.t('contactId')} onChange={(event) => setContact(event.currentTarget.value.trim())} /></label>{lost && <p class="error">{lost}</p>}
        {steps.length > 0 && <p class="soft">{words.t('steps', { n: steps.length })}{steps.at(-1)?.Reason && ` · ${steps.at(-1)!.Reason}`}</p>}
        <label class="check"><input type="checkbox" checked={json} onChange={(event) => setJSON(event.currentTarget.checked)} />JSON</label></div>
      <div class="drawn">
        <Graph content={content} steps={steps} problems={faulty} chosen={chosen} words={words} onChoose={setChosen} />
        {(action || json) && <div class="code">{action && !json ? <><h3>{action.Type}</h3>{problems?.filter((each) => each.ActionId === chosen).map((each, n) => <p key={n} class="error">{each.Field}: {each.Message}</p>)}<pre tabIndex={0}>{JSON.stringify(action, null, 2)}</pre></>
          : <textarea spellcheck={false} aria-label={words.t('flow')} value={text} readOnly={!session.administers} onInput={(event) => { setText(event.currentTarget.value); setProblems(null); }} />}</div>}
      </div>
    </section>
  );
}

export function Flows({ session, words }: { session: Session; words: Words }) {
  const [found, setFound] = useState<Listed[]>([]);
  const [open, setOpen] = useState('');
  const [making, setMaking] = useState(false);
  const [error, setError] = useState('');
  const load = () => flows.list(session).then(setFound, (reason) => setError(tell(reason)));
  useEffect(() => { void load(); }, []);
  const make = async (event: Event) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    try {
      const { ContactFlowId } = await session.call<{ ContactFlowId: string }>('PUT', `/contact-flows/${session.instanceId}`, { Name: data.get('name'), Type: data.get('type'),
        Content: JSON.stringify({ Version: '2019-10-30', StartAction: 'end', Metadata: {}, Actions: [{ Identifier: 'end', Type: data.get('type') === 'CONTACT_FLOW' ? 'DisconnectParticipant' : 'EndFlowExecution', Parameters: {}, Transitions: {} }] }) });
      setMaking(false);
      setError('');
      await load();
      setOpen(ContactFlowId);
    } catch (reason) { setError(tell(reason)); }
  };
  if (open) return <One key={open} session={session} words={words} id={open} onDone={() => setOpen('')} />;
  return (
    <section class="listed" aria-label={words.t('flows')}>
      <header><h1>{words.t('flows')}</h1>{session.administers && <button type="button" class="main" onClick={() => setMaking(!making)}><Icon name="plus" />{words.t('newOne')}</button>}</header>
      {error && <p class="error" role="alert" dir="auto">{error}</p>}
      {making && <form class="setting" onSubmit={(event) => void make(event)}><label class="field"><span>{words.t('nameOfIt')}</span><input name="name" required maxLength={127} /></label>
        <label class="field"><span>{words.t('kind')}</span><select name="type">{TYPES.map((each) => <option key={each}>{each}</option>)}</select></label><div class="answers"><button type="submit" class="main">{words.t('save')}</button></div></form>}
      <ul>{found.map((each) => <li key={each.id}><button type="button" onClick={() => setOpen(each.id)}><b dir="auto">{each.name}</b><small>{each.more}</small></button></li>)}</ul>
    </section>
  );
}
