import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { signedOutPage } from '@latchkey/pages';
import { parametersOf, sendPage } from '@latchkey/runtime';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Web } from '../http/web.ts';
import { LogoutSeals } from './receipts.ts';
import { SignedOutList } from './signed-out.ts';

const REFRESH_SECONDS = 3;

@Controller('/oauth2/signed-out')
export class SignedOutController {
  constructor(
    @Inject(LogoutSeals) private readonly seals: LogoutSeals,
    @Inject(SignedOutList) private readonly list: SignedOutList,
    @Inject(Web) private readonly web: Web,
  ) {}

  /** Without a receipt of ours it says only that nobody is signed in here. */
  @Get()
  async get(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const receipt = this.seals.openReceipt(parametersOf(request).one('receipt'), this.web.nowSeconds());
    const applications = receipt === null ? [] : await this.list.of(receipt);
    const waiting = applications.some(({ state }) => state === 'trying');
    const page = { applications, refreshSeconds: waiting ? REFRESH_SECONDS : null, signInUrl: '/cas/login' };
    sendPage(reply, 200, (context) => signedOutPage(page, context));
  }
}
