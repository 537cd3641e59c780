import { base } from './styles/base.ts';
import { forms } from './styles/forms.ts';
import { lists } from './styles/lists.ts';
import { tokens } from './styles/tokens.ts';

export const style = [tokens, base, forms, lists].join('').replace(/\s+/g, ' ').trim();
