import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import { password, username } from '@latchkey/contracts';
import { errorPage, formTokenField, setupPage, type FieldProblem, type SetupProps } from '@latchkey/pages';
import { Cookies, FormGuard, parametersOf, queryOf, redirect, sendPage, type HttpSettings } from '@latchkey/runtime';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { SetUp } from './set-up.ts';

const PATH = '/admin/setup';
const PURPOSE = 'setup';
/** The password is the only factor. @see NIST SP 800-63B-4 §3.1.1.2 */
const MIN_LENGTH = 15;

/** The first administrator, by the one-time link that the process printed. */
@Controller()
export class SetUpController {
  private readonly cookies: Cookies;
  private readonly forms: FormGuard;

  constructor(
    @Inject(SetUp) private readonly setUp: SetUp,
    @Inject('http') http: HttpSettings,
  ) {
    this.cookies = new Cookies(http);
    this.forms = new FormGuard(http);
  }

  /** Looking uses nothing up: a mail scanner or a second look must not burn the link. */
  @Get(PATH)
  async show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const token = queryOf(request).one('token') ?? '';
    if (!(await this.setUp.isValid(token))) return invalidLink(reply);
    this.page(request, reply, 200, token, {});
  }

  @Post(PATH)
  async make(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const form = parametersOf(request);
    const token = form.one('token') ?? '';
    if (!this.forms.accepts(request, form.one(formTokenField), PURPOSE)) return foreignForm(reply);

    const wanted = { name: (form.one('name') ?? '').trim(), username: (form.one('login') ?? '').trim(), password: form.one('password') ?? '' };
    const problems = problemsOf(wanted);
    if (problems !== null) return this.page(request, reply, 400, token, { ...wanted, problems });

    const made = await this.setUp.makeAdministrator(token, wanted);
    if (made.outcome === 'made') return void redirect(reply, '/account');
    if (made.outcome === 'invalid-link') return invalidLink(reply);
    const problem: SetupProps['problems'] = made.outcome === 'taken' ? { login: 'taken' } : { password: { text: made.why } };
    this.page(request, reply, 400, token, { ...wanted, problems: problem });
  }

  private page(request: FastifyRequest, reply: FastifyReply, status: number, token: string, shown: Pick<SetupProps, 'name' | 'username' | 'problems'>): void {
    const formToken = this.forms.token(this.cookies.ensureFlow(request, reply), PURPOSE);
    const { name, username: login, problems } = shown;
    const props: SetupProps = { action: PATH, formToken, hidden: [['token', token]], name, username: login, problems, minLength: MIN_LENGTH };
    void sendPage(reply, status, (context) => setupPage(props, context));
  }
}

function problemsOf(wanted: { name: string; username: string; password: string }): SetupProps['problems'] {
  const problems = { name: nameProblem(wanted.name), login: loginProblem(wanted.username), password: passwordProblem(wanted.password) };
  return Object.values(problems).every((problem) => problem === null) ? null : problems;
}

function nameProblem(name: string): FieldProblem | null {
  if (name === '') return 'missing';
  return name.length > 200 ? 'too-long' : null;
}

function loginProblem(login: string): FieldProblem | null {
  if (login === '') return 'missing';
  return username.safeParse(login).success ? null : 'not-allowed';
}

function passwordProblem(given: string): FieldProblem | null {
  if (given === '') return 'missing';
  if ([...given].length < MIN_LENGTH) return 'too-short';
  return password.safeParse(given).success ? null : 'too-long';
}

function invalidLink(reply: FastifyReply): void {
  const props = {
    status: 410,
    code: 'setup_link_invalid',
    title: 'This link cannot be used',
    message: 'It was used already, is too old, or a newer one was printed. While there is no administrator, each start prints a new one.',
  };
  void sendPage(reply, props.status, (context) => errorPage(props, context));
}

function foreignForm(reply: FastifyReply): void {
  const props = {
    status: 403,
    code: 'foreign_form',
    title: 'This form was not accepted',
    message: 'It did not come from a page that this browser was shown. Open the link again.',
  };
  void sendPage(reply, props.status, (context) => errorPage(props, context));
}
