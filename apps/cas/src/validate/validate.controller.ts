import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import { formatOf, parseValidateParameters, renderJson, renderText, renderXml, type Rendered, type Validation } from '@latchkey/cas-protocol';
import { parametersOf } from '@latchkey/runtime';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Validations } from './validations.ts';

interface Entrance {
  readonly takesProxyTickets: boolean;
  readonly render: (validation: Validation, format: 'XML' | 'JSON') => Rendered;
}

const inXmlOrJson =
  (options: { attributes: boolean }): Entrance['render'] =>
  (validation, format) =>
    (format === 'JSON' ? renderJson : renderXml)(validation, options);

/** One core; the entrances differ in whose word they take and in how they say what was found. */
const ENTRANCES: Readonly<Record<string, Entrance>> = {
  /** @see CAS Protocol 3.0 §2.4 */
  '/cas/validate': { takesProxyTickets: false, render: (validation) => renderText(validation) },
  /** @see CAS Protocol 3.0 §2.5 */
  '/cas/serviceValidate': { takesProxyTickets: false, render: inXmlOrJson({ attributes: false }) },
  /** @see CAS Protocol 3.0 §2.6 */
  '/cas/proxyValidate': { takesProxyTickets: true, render: inXmlOrJson({ attributes: false }) },
  /** @see CAS Protocol 3.0 §2.8 */
  '/cas/p3/serviceValidate': { takesProxyTickets: false, render: inXmlOrJson({ attributes: true }) },
  /** @see CAS Protocol 3.0 §2.8 */
  '/cas/p3/proxyValidate': { takesProxyTickets: true, render: inXmlOrJson({ attributes: true }) },
};
const PATHS = Object.keys(ENTRANCES);

/** A refusal is an answer (200), as CAS clients expect. */
@Controller()
export class ValidateController {
  constructor(@Inject(Validations) private readonly validations: Validations) {}

  @Get(PATHS)
  asked(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.answer(request, reply);
  }

  @Post(PATHS)
  posted(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.answer(request, reply);
  }

  private async answer(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { takesProxyTickets, render } = ENTRANCES[request.url.split('?', 1)[0]!]!;
    const pairs = parametersOf(request).entries();
    const validation = await this.validations.attempt(() => ({ ...parseValidateParameters(pairs), takesProxyTickets }));
    const { contentType, body } = render(validation, formatOf(pairs));
    await reply.status(200).header('content-type', contentType).send(body);
  }
}
