import { Controller, Delete, Get, Inject, Post, Req, Res } from '@nestjs/common';
import { withoutServletSession } from '@latchkey/cas-protocol';
import { sessionStorePeer, type SessionCopy } from '@latchkey/contracts';
import { type Peers, type SessionReader } from '@latchkey/peers';
import { Problem, clientNetwork, parametersOf, type HttpSettings } from '@latchkey/runtime';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { People } from '../people/people.ts';
import { whyNotAdmitted } from '../services/admission.ts';
import { Services } from '../services/services.ts';
import { deviceOf } from '../sign-in/device.ts';
import { PasswordSignIn } from '../sign-in/password-sign-in.ts';
import { Tickets } from '../tickets/tickets.ts';
import { HTTP, PEERS, SESSIONS, TENANT } from '../tokens.ts';
import { RestGate } from './rest-gate.ts';

const TICKET = 'TGT-';

/**
 * Tickets without a browser, for programs that hold a password. A ticket-granting ticket is the session cookie under another name,
 * so one sign-out closes both. Off unless the operator names the networks that may call. @see Apereo CAS REST protocol
 */
@Controller('cas/v1')
export class RestTicketsController {
  constructor(
    @Inject(RestGate) private readonly gate: RestGate,
    @Inject(PasswordSignIn) private readonly password: PasswordSignIn,
    @Inject(Services) private readonly services: Services,
    @Inject(People) private readonly people: People,
    @Inject(Tickets) private readonly tickets: Tickets,
    @Inject(SESSIONS) private readonly sessions: SessionReader,
    @Inject(PEERS) private readonly peers: Peers,
    @Inject(TENANT) private readonly tenant: string,
    @Inject(HTTP) private readonly http: HttpSettings,
  ) {}

  /** A ticket-granting ticket for a name and a password: 201, and its address. */
  @Post('tickets')
  async signIn(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    this.enter(request);
    const { cookie } = await this.proven(request, reply);
    const address = `${this.http.publicUrl}/cas/v1/tickets/${TICKET}${cookie}`;
    await reply.status(201).header('location', address).header('content-type', 'text/plain; charset=utf-8').send(`${TICKET}${cookie}`);
  }

  /** A service ticket of that session. */
  @Post('tickets/:ticket')
  async ticketFor(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    this.enter(request);
    const session = await this.session(request);
    const matched = this.services.find(withoutServletSession(parametersOf(request).one('service') ?? ''));
    if (matched === null) throw new Problem(400, 'service_not_registered', 'Bad request', 'The service is missing, or is not registered.');
    const { service, url } = matched;
    if ((await whyNotAdmitted(this.people, service, session)) !== null) throw new Problem(403, 'not_admitted', 'Forbidden', 'This person may not use this service.');
    const { sid, subject } = session;
    const ticket = await this.tickets.issue({ service: url, serviceId: service.id, sid, subject, fromNewLogin: false });
    await reply.status(200).header('content-type', 'text/plain; charset=utf-8').send(ticket);
  }

  @Get('tickets/:ticket')
  async alive(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    this.enter(request);
    await this.session(request);
    await reply.status(200).send('');
  }

  /** Ends the session, everywhere. */
  @Delete('tickets/:ticket')
  async signOut(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    this.enter(request);
    const { sid } = await this.session(request);
    await this.peers.to(sessionStorePeer).end({ tenant: this.tenant, sid, reason: 'sign-out' });
    await reply.status(200).send('');
  }

  /** Are these the name and the password of somebody? The session that it takes to find out is ended before the answer. */
  @Post('users')
  async check(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    this.enter(request);
    const { session } = await this.proven(request, reply);
    await this.peers.to(sessionStorePeer).end({ tenant: this.tenant, sid: session.sid, reason: 'sign-out' });
    const person = await this.people.bySubject(session.subject);
    const { username, name, attributes, groups } = person ?? { username: session.username, name: session.username, attributes: {}, groups: [] };
    await reply.status(200).send({ authentication: { principal: { id: username, attributes: { ...attributes, name: [name], groups } } } });
  }

  private enter(request: FastifyRequest): void {
    if (!this.gate.admits(request)) throw new Problem(404, 'not_found', 'Not found', 'There is nothing at this address.');
  }

  private async proven(request: FastifyRequest, reply: FastifyReply): Promise<{ cookie: string; session: SessionCopy }> {
    const form = parametersOf(request);
    const [username, password] = [form.one('username')?.trim() ?? '', form.one('password') ?? ''];
    if (username === '' || password === '') throw new Problem(400, 'missing', 'Bad request', "The parameters 'username' and 'password' are both required.");
    const device = deviceOf(request.headers['user-agent'], clientNetwork(request, this.http));
    const result = await this.password.signIn({ username, password, device, replaces: null, interaction: null, longTermSeconds: null });
    switch (result.outcome) {
      case 'signed-in':
        return result;
      case 'no-match':
        throw new Problem(401, 'no_match', 'Unauthorized', 'That name and password don’t match.');
      case 'wait':
        reply.header('retry-after', String(Math.ceil(result.waitMs / 1000)));
        throw new Problem(429, 'too_many', 'Too many requests', 'There were too many tries. Wait before the next one.');
      case 'busy':
        reply.header('retry-after', '2');
        throw new Problem(503, 'unavailable', 'Service unavailable', 'Too many passwords are being checked. Try again in a moment.');
    }
  }

  private async session(request: FastifyRequest): Promise<SessionCopy> {
    const { ticket } = request.params as { ticket: string };
    const session = ticket.startsWith(TICKET) ? await this.sessions.byCookie(ticket.slice(TICKET.length)) : null;
    if (session === null) throw new Problem(404, 'ticket_unknown', 'Not found', 'There is no such ticket-granting ticket, or it has ended.');
    return session;
  }
}
