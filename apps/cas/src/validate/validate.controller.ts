import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import { CasError, formatOf, parseValidateParameters, renderJson, renderText, renderXml, type Rendered, type Validation } from '@latchkey/cas-protocol';
import { parametersOf, type Logger } from '@latchkey/runtime';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { LOGGER, VALIDATOR } from '../tokens.ts';
import { validate, type Validator } from './validate.ts';

type Render = (validation: Validation, format: 'XML' | 'JSON') => Rendered;

/** One core, three ways to say what it found. */
const RENDERERS: Readonly<Record<string, Render>> = {
  /** @see CAS Protocol 3.0 §2.4 */
  '/cas/validate': (validation) => renderText(validation),
  /** @see CAS Protocol 3.0 §2.5 */
  '/cas/serviceValidate': (validation, format) => (format === 'JSON' ? renderJson : renderXml)(validation, { attributes: false }),
  /** @see CAS Protocol 3.0 §2.8 */
  '/cas/p3/serviceValidate': (validation, format) => (format === 'JSON' ? renderJson : renderXml)(validation, { attributes: true }),
};
const PATHS = Object.keys(RENDERERS);

/** A refusal is an answer (200), as CAS clients expect. */
@Controller()
export class ValidateController {
  constructor(
    @Inject(VALIDATOR) private readonly validator: Validator,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Get(PATHS)
  asked(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.answer(request, reply);
  }

  @Post(PATHS)
  posted(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.answer(request, reply);
  }

  private async answer(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const render = RENDERERS[request.url.split('?', 1)[0]!]!;
    const pairs = parametersOf(request).entries();
    const { contentType, body } = render(await this.attempt(pairs), formatOf(pairs));
    await reply.status(200).header('content-type', contentType).send(body);
  }

  private async attempt(pairs: [string, string][]): Promise<Validation> {
    const validation = await this.judged(pairs);
    const refused = validation instanceof CasError;
    this.validator.metrics.count('latchkey_tickets_validated_total', { outcome: refused ? validation.code : 'valid' });
    if (refused) this.validator.security.record('ticket.refused', { failure: validation.code });
    return validation;
  }

  private async judged(pairs: [string, string][]): Promise<Validation> {
    try {
      return await validate(this.validator, parseValidateParameters(pairs));
    } catch (error) {
      if (error instanceof CasError) return error;
      this.logger.error({ err: error }, 'a ticket could not be validated');
      return new CasError('INTERNAL_ERROR', 'The ticket could not be validated; it cannot be used again');
    }
  }
}
