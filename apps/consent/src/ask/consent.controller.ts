import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import { casPeer, tokenIssuerPeer, type PendingDescription, type SessionCopy } from '@latchkey/contracts';
import { consentPage, decisionField, formTokenField } from '@latchkey/pages';
import { RegistryCopy, type Peers, type SessionReader } from '@latchkey/peers';
import { Cookies, FormGuard, parametersOf, redirect, sendPage } from '@latchkey/runtime';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Consents } from '../consents/consents.ts';
import { purposeOf } from '../consents/shown.ts';
import { formExpired, pendingOtherBrowser } from '../pages/refusals.ts';
import { PEERS, SESSIONS, TENANT } from '../tokens.ts';

/** Asks, records the answer as a fact about this interaction, and sends the browser back to /oauth2/authorize. Issues nothing. */
@Controller('consent')
export class ConsentController {
  constructor(
    @Inject(Consents) private readonly consents: Consents,
    @Inject(RegistryCopy) private readonly registry: RegistryCopy,
    @Inject(Cookies) private readonly cookies: Cookies,
    @Inject(FormGuard) private readonly guard: FormGuard,
    @Inject(PEERS) private readonly peers: Peers,
    @Inject(SESSIONS) private readonly sessions: SessionReader,
    @Inject(TENANT) private readonly tenant: string,
  ) {}

  @Get()
  async ask(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const sealed = parametersOf(request).one('pending') ?? '';
    const session = await this.sessions.byCookie(this.cookies.session(request));
    if (session === null) return void (await redirect(reply, signInFirst(sealed)));
    const [pending, person, { granted }] = await this.about(request, sealed, session);
    const flow = this.cookies.ensureFlow(request, reply);
    const page = {
      action: '/consent',
      formToken: this.guard.token(flow, purposeOf(pending, session.sid)),
      hidden: [['pending', sealed]] as const,
      applicationName: pending.clientName,
      host: pending.clientHost,
      owner: pending.clientOwner,
      permissions: pending.scopes
        .filter(({ name }) => name !== 'offline_access')
        .map(({ name, description, resource }) => ({ description, resource, alreadyAllowed: granted.includes(name) })),
      offline: pending.scopes.some(({ name }) => name === 'offline_access'),
      person: { name: person ?? session.username, username: session.username },
      notYouUrl: `${signInFirst(sealed)}&renew=true`,
      connectedApplicationsUrl: '/consent/applications',
    };
    await sendPage(reply, 200, (context) => consentPage(page, context), { formAction: this.returnOrigins(pending) });
  }

  @Post()
  async decide(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const form = parametersOf(request);
    const sealed = form.one('pending') ?? '';
    const session = await this.sessions.byCookie(this.cookies.session(request));
    if (session === null) return void (await redirect(reply, signInFirst(sealed)));
    const pending = await this.opened(request, sealed);
    const decision = DECISIONS.get(form.one(decisionField) ?? '');
    if (decision === undefined || !this.guard.accepts(request, form.one(formTokenField), purposeOf(pending, session.sid))) {
      throw formExpired(`/consent?pending=${encodeURIComponent(sealed)}`);
    }
    await this.consents.record({ subject: session.subject, sid: session.sid, pending, decision });
    await redirect(reply, `/oauth2/authorize?pending=${encodeURIComponent(sealed)}`);
  }

  private async about(request: FastifyRequest, sealed: string, session: SessionCopy) {
    const { tenant } = this;
    const { subject, sid } = session;
    const pending = await this.opened(request, sealed);
    const [{ claims }, decided] = await Promise.all([
      this.peers.to(casPeer).claims({ tenant, subject }),
      this.consents.decided({ tenant, subject, sid, client: pending.client, interaction: pending.interaction }),
    ]);
    return [pending, claims?.name, decided] as const;
  }

  /** null of token-issuer: not sealed by it, or begun in another browser. */
  private async opened(request: FastifyRequest, sealed: string): Promise<PendingDescription> {
    const flow = this.cookies.flow(request) ?? null;
    const { pending } = await this.peers.to(tokenIssuerPeer).describePending({ tenant: this.tenant, pending: sealed, flow });
    if (pending === null) throw pendingOtherBrowser();
    return pending;
  }

  /** Some browsers hold the redirects that follow a form post to form-action, so this page names where the answer leads. */
  private returnOrigins({ client, clientHost }: PendingDescription): string[] {
    const urls = (this.registry.client(client)?.redirectUris ?? []).map((uri) => new URL(uri));
    return [...new Set(urls.filter((url) => url.host === clientHost || isLoopback(url)).map(({ origin }) => origin))];
  }
}

const DECISIONS = new Map([['allow', 'granted'] as const, ['deny', 'denied'] as const]) as ReadonlyMap<string, 'granted' | 'denied'>;

function isLoopback({ hostname }: URL): boolean {
  return hostname === '127.0.0.1' || hostname === '[::1]';
}

function signInFirst(sealed: string): string {
  return `/cas/login?pending=${encodeURIComponent(sealed)}`;
}
