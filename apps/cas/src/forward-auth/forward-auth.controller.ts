import { All, Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { notAdmitted } from '../pages/refusals.ts';
import { type MatchedService } from '../services/services.ts';
import { challenge } from './challenge.ts';
import { ownPage, wantedPath } from './entry.ts';
import { ForwardAuth, type Verdict } from './forward-auth.ts';
import { Handshake } from './handshake.ts';
import { originalRequest, wantsPage, type OriginalRequest } from './original-request.ts';

/**
 * What proxies ask before they let a request pass. `/forward-auth` is for those that hand our answer on as it is, redirects and
 * cookies included; the addresses below `/.latchkey` for one that can only be told yes or no (nginx), and sends people here.
 */
@Controller()
export class ForwardAuthController {
  constructor(
    @Inject(ForwardAuth) private readonly auth: ForwardAuth,
    @Inject(Handshake) private readonly handshake: Handshake,
  ) {}

  @All('forward-auth')
  whole(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.answer(request, reply);
  }

  @All('forward-auth/*')
  withPath(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.answer(request, reply);
  }

  /** 2xx, 401 or 403: nginx knows no other answer. */
  @Get('.latchkey/check')
  async check(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { original, matched } = this.asked(request);
    const verdict = await this.auth.judge(request, original, matched);
    if (verdict.outcome === 'wait') return void (await reply.status(403).header('retry-after', String(verdict.seconds)).send());
    await this.say(request, reply, matched, verdict);
  }

  @Get('.latchkey/sign-in')
  async signIn(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { original, matched } = this.asked(request);
    await this.nobody(request, reply, original, matched);
  }

  @Get('.latchkey/enter')
  async enter(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { original, matched } = this.asked(request);
    await this.handshake.enter(request, reply, original, matched);
  }

  @Get('.latchkey/sign-out')
  async signOut(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { original, matched } = this.asked(request);
    await this.handshake.leave(reply, original, matched);
  }

  private async answer(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { original, matched } = this.asked(request);
    const page = ownPage(original);
    if (page === 'enter') return this.handshake.enter(request, reply, original, matched);
    if (page === 'sign-out') return this.handshake.leave(reply, original, matched);
    if (page === 'sign-in') return this.nobody(request, reply, original, matched);
    const verdict = await this.auth.judge(request, original, matched);
    if (verdict.outcome === 'nobody') return this.nobody(request, reply, original, matched, verdict.failed);
    await this.say(request, reply, matched, verdict);
  }

  private asked(request: FastifyRequest): { original: OriginalRequest; matched: MatchedService } {
    const original = originalRequest(request);
    return { original, matched: this.auth.protectedBy(original) };
  }

  private async say(request: FastifyRequest, reply: FastifyReply, { service }: MatchedService, verdict: Verdict): Promise<void> {
    switch (verdict.outcome) {
      case 'open':
        return void (await reply.status(200).headers(verdict.headers).send());
      case 'not-admitted':
        throw notAdmitted(service);
      case 'nobody':
        return void (await challenge(request, reply, service, verdict.failed).send());
      case 'wait':
        return void (await reply.status(verdict.status).header('retry-after', String(verdict.seconds)).send());
    }
  }

  /** People are sent to sign in, and then to where they wanted; a script is told what to bring. */
  private async nobody(request: FastifyRequest, reply: FastifyReply, original: OriginalRequest, matched: MatchedService, failed?: 'basic' | 'bearer'): Promise<void> {
    if (!wantsPage(request, original)) return void (await challenge(request, reply, matched.service, failed).send());
    const to = ownPage(original) === 'sign-in' ? wantedPath(original) : original.path + original.query;
    await this.handshake.begin(request, reply, original, matched, to);
  }
}
