// An application that signs people in with @coursetable/passport-cas. It has no proxy tickets and no single logout: the latter
// is a dozen lines here, as an application would write them.
import { createRequire } from 'node:module';

const { CLIENT_PORT, CLIENT_ORIGIN, CLIENT_MODULES, CAS_URL } = process.env;
const require = createRequire(`${CLIENT_MODULES}/`);
const express = require('express');
const session = require('express-session');
const passport = require('passport');
const { Strategy } = require('@coursetable/passport-cas');

/** By the page that uses it. */
const VERSIONS = { '/protected': 'CAS3.0', '/backend': 'CAS3.0', '/v1': 'CAS1.0', '/v2': 'CAS2.0', '/saml': 'CAS3.0-with-saml' };
const COOKIE = 'passport-session';

for (const [path, version] of Object.entries(VERSIONS)) {
  passport.use(path, new Strategy({ version, ssoBaseURL: CAS_URL, serverBaseURL: CLIENT_ORIGIN }, (login, done) => done(null, login)));
}
passport.serializeUser((login, done) => done(null, login));
passport.deserializeUser((login, done) => done(null, login));

const store = new session.MemoryStore();
const app = express();
app.set('trust proxy', 'loopback');
app.use(session({ name: COOKIE, secret: 'of these tests alone', resave: false, saveUninitialized: false, store, cookie: { secure: true, httpOnly: true } }));
app.use(passport.session());

for (const path of Object.keys(VERSIONS)) {
  app.get(path, (request, response, next) => {
    if (request.isAuthenticated()) {
      const { user, attributes = {} } = request.user;
      return response.json({ user, attributes });
    }
    const { ticket } = request.query;
    return passport.authenticate(path)(request, response, (error) => {
      if (error) return next(error);
      request.session.ticket = ticket;
      return response.redirect(path);
    });
  });
  app.post(path, express.urlencoded({ extended: false }), (request, response) => {
    const [, ticket] = /<samlp:SessionIndex>([^<]+)</.exec(request.body.logoutRequest) ?? [];
    store.all((_error, sessions) => {
      for (const [id, each] of Object.entries(sessions)) if (each.ticket === ticket) store.destroy(id);
      response.status(204).end();
    });
  });
}

app.listen(Number(CLIENT_PORT), '127.0.0.1');
