import { CasError, type Validation } from '@latchkey/cas-protocol';
import type { Logger } from '@latchkey/runtime';
import { validate, type ValidateRequest, type Validator } from './validate.ts';

/** Validations as every entrance makes them: counted, recorded, and a failure of ours told as one. */
export class Validations {
  constructor(
    private readonly validator: Validator,
    private readonly logger: Logger,
  ) {}

  /** `parse` may throw a CasError: what cannot be read is refused like what is not valid. */
  async attempt(parse: () => ValidateRequest): Promise<Validation> {
    const validation = await this.judged(parse);
    const refused = validation instanceof CasError;
    this.validator.metrics.count('latchkey_tickets_validated_total', { outcome: refused ? validation.code : 'valid' });
    if (refused) this.validator.security.record('ticket.refused', { failure: validation.code });
    return validation;
  }

  private async judged(parse: () => ValidateRequest): Promise<Validation> {
    try {
      return await validate(this.validator, parse());
    } catch (error) {
      if (error instanceof CasError) return error;
      this.logger.error({ err: error }, 'a ticket could not be validated');
      return new CasError('INTERNAL_ERROR', 'The ticket could not be validated; it cannot be used again');
    }
  }
}
