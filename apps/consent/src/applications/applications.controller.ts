import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import { clientEntry } from '@latchkey/contracts';
import { connectedApplicationsPage, formTokenField, type ConnectedApplication } from '@latchkey/pages';
import { PeerUnavailable, RegistryCopy, type SessionReader } from '@latchkey/peers';
import { Cookies, FormGuard, parametersOf, redirect, sendPage } from '@latchkey/runtime';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Consents, type HeldConsent } from '../consents/consents.ts';
import { formExpired, withdrawalInProgress } from '../pages/refusals.ts';
import { SESSIONS } from '../tokens.ts';

const HERE = '/consent/applications';
const CLIENT_ID = clientEntry.shape.id;
const SIGN_IN_FIRST = '/cas/login?then=applications';

/** What a person agreed to, and how it is undone. */
@Controller('consent/applications')
export class ApplicationsController {
  constructor(
    @Inject(Consents) private readonly consents: Consents,
    @Inject(RegistryCopy) private readonly registry: RegistryCopy,
    @Inject(Cookies) private readonly cookies: Cookies,
    @Inject(FormGuard) private readonly guard: FormGuard,
    @Inject(SESSIONS) private readonly sessions: SessionReader,
  ) {}

  @Get()
  async list(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const session = await this.sessions.byCookie(this.cookies.session(request));
    if (session === null) return void (await redirect(reply, SIGN_IN_FIRST));
    const held = await this.consents.list(session.subject);
    const gone = parametersOf(request).one('withdrawn') ?? '';
    // Anybody can make up the address: what is still held is never called withdrawn.
    const withdrawn = held.some(({ client }) => client === gone) ? undefined : this.registry.client(gone)?.name;
    const flow = this.cookies.ensureFlow(request, reply);
    const page = {
      applications: held.map((consent) => this.shown(consent)),
      withdrawAction: `${HERE}/withdraw`,
      formToken: this.guard.token(flow, purposeOf(session.sid)),
      accountUrl: '/account',
      withdrawn,
    };
    await sendPage(reply, 200, (context) => connectedApplicationsPage(page, context));
  }

  @Post('withdraw')
  async withdraw(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const session = await this.sessions.byCookie(this.cookies.session(request));
    if (session === null) return void (await redirect(reply, SIGN_IN_FIRST));
    const form = parametersOf(request);
    if (!this.guard.accepts(request, form.one(formTokenField), purposeOf(session.sid))) throw formExpired(HERE);
    const client = form.one('client') ?? '';
    // No client has such a name, and Postgres has no text for some of them.
    if (!CLIENT_ID.safeParse(client).success) return void (await redirect(reply, HERE));
    try {
      await this.consents.withdraw(session.subject, client);
    } catch (error) {
      throw error instanceof PeerUnavailable ? withdrawalInProgress() : error;
    }
    await redirect(reply, `${HERE}?withdrawn=${encodeURIComponent(client)}`);
  }

  private shown({ client, scopes, grantedAt, words, shown }: HeldConsent): ConnectedApplication {
    return {
      client,
      name: this.registry.client(client)?.name ?? shown?.clientName ?? client,
      host: shown?.clientHost,
      owner: shown?.clientOwner,
      permissions: scopes.filter((scope) => scope !== 'offline_access').map((scope) => words[scope]?.description ?? scope),
      offline: scopes.includes('offline_access'),
      grantedAt,
    };
  }
}

function purposeOf(sid: string): string {
  return `withdraw\n${sid}`;
}
