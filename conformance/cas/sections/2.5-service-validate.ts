import { rulesOf, same } from '../rule.ts';
import { validationTasks } from './validation-tasks.ts';

/** @see CAS Protocol 3.0.3 §2.5 */
const section = rulesOf('2.5');
export const { rules } = section;

validationTasks(section, '/serviceValidate', { proxyTickets: false });

section.rule('no attributes', 'OPTIONAL', '§2.8: attributes are what /p3 adds: CAS 2 clients are not sent any', async (context) => {
  same((await context.valid('/serviceValidate', (await context.fresh()).ticket)).attributes, null, 'attributes');
}, 'attributes');
