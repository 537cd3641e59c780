import { SaxesParser } from 'saxes';
import { CasError } from './errors.ts';
import type { Pairs } from './parameters.ts';
import { withoutServletSession } from './service-url.ts';

export interface SamlValidateRequest {
  readonly service: string;
  readonly ticket: string;
  /** Names the request in its answer; null when the client gave none. */
  readonly requestId: string | null;
}

/** For every name a parser looks through the elements around it: without a bound, 64 KB of nested ones take seconds. */
const DEEPEST = 32;

const PROTOCOL = 'urn:oasis:names:tc:SAML:1.0:protocol';

/**
 * The service by TARGET, the ticket in a SAML 1.1 request by SOAP. Document types are refused: a request needs no entity.
 * @see CAS Protocol 3.0 §4.2 /samlValidate; SAML 1.1 Bindings §3.1
 * @throws CasError INVALID_REQUEST
 */
export function parseSamlValidate(pairs: Pairs, body: string): SamlValidateRequest {
  const targets = [...pairs].filter(([name]) => name === 'TARGET').map(([, value]) => value);
  if (targets.length > 1) throw new CasError('INVALID_REQUEST', "The parameter 'TARGET' is given more than once");
  const service = withoutServletSession(targets[0] ?? '');
  const { artifacts, requestId } = read(body);
  if (service === '') throw new CasError('INVALID_REQUEST', "The parameter 'TARGET' is required");
  if (artifacts.length !== 1) throw new CasError('INVALID_REQUEST', 'The body must be a SOAP envelope with one samlp:AssertionArtifact');
  return { service, ticket: artifacts[0]!, requestId };
}

function read(body: string): { artifacts: string[]; requestId: string | null } {
  const parser = new SaxesParser({ xmlns: true });
  const artifacts: string[] = [];
  let requestId: string | null = null;
  let inArtifact = false;
  let depth = 0;
  const refuse = (why: string): never => {
    throw new CasError('INVALID_REQUEST', why);
  };
  parser.on('doctype', () => refuse('The body must not hold a document type'));
  parser.on('error', () => refuse('The body is not well-formed XML'));
  parser.on('opentag', ({ uri, local, attributes }) => {
    depth += 1;
    if (depth > DEEPEST) refuse(`The body is nested more than ${DEEPEST} deep`);
    if (uri !== PROTOCOL) return;
    if (local === 'Request') requestId = attributes['RequestID']?.value ?? null;
    if (local !== 'AssertionArtifact') return;
    inArtifact = true;
    artifacts.push('');
  });
  parser.on('closetag', ({ uri, local }) => {
    depth -= 1;
    if (uri === PROTOCOL && local === 'AssertionArtifact') inArtifact = false;
  });
  const add = (text: string): void => {
    if (inArtifact) artifacts.push((artifacts.pop() ?? '') + text);
  };
  parser.on('text', add);
  parser.on('cdata', add);
  parser.write(body).close();
  return { artifacts: artifacts.map((artifact) => artifact.trim()), requestId };
}
