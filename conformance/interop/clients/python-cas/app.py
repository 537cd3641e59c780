"""An application that signs people in with python-cas, and asks its backend in their name."""

import json
import os
import secrets
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import cas
import requests
from lxml import etree

ORIGIN = os.environ['CLIENT_ORIGIN']
SERVER = os.environ['CAS_URL'] + '/'
CALLBACK = ORIGIN + '/callback'
BACKEND = ORIGIN + '/backend'
COOKIE = 'python-cas-session'

#: By the page that uses it.
CLIENTS = {
    '/protected': lambda url: cas.CASClient(version=3, service_url=url, server_url=SERVER, proxy_callback=CALLBACK),
    '/unregistered': lambda url: cas.CASClient(version=3, service_url=url, server_url=SERVER, proxy_callback=ORIGIN + '/nobody-knows'),
    '/v1': lambda url: cas.CASClient(version=1, service_url=url, server_url=SERVER),
    '/v2': lambda url: cas.CASClient(version=2, service_url=url, server_url=SERVER),
    '/saml': lambda url: cas.CASClient(version='CAS_2_SAML_1_0', service_url=url, server_url=SERVER),
}

sessions = {}
granted = {}


class ProxiedClient(cas.CASClientV3):
    """python-cas has no client that takes proxy tickets; what it has is told the other address."""

    url_suffix = 'p3/proxyValidate'


class Application(BaseHTTPRequestHandler):
    def do_GET(self):
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        if url.path in CLIENTS:
            self.protected(url.path, query)
        elif url.path == '/proxied':
            self.proxied()
        elif url.path == '/backend':
            self.backend(query)
        elif url.path == '/sign-out':
            sessions.pop(self.cookie(), None)
            self.redirect(CLIENTS['/protected'](None).get_logout_url(ORIGIN + '/protected'))
        elif url.path == '/callback':
            if 'pgtIou' in query:
                granted[query['pgtIou']] = query['pgtId']
            self.answer(200, 'taken')
        else:
            self.answer(404, 'not found')

    def do_POST(self):
        """Single logout comes to the address that was signed in at."""
        form = parse_qs(self.rfile.read(int(self.headers['content-length'])).decode())
        for index in cas.CASClientV3.get_saml_slos(form['logoutRequest'][0].encode()) or []:
            for cookie in [cookie for cookie, session in sessions.items() if session['ticket'] == index.text]:
                del sessions[cookie]
        self.answer(204, '')

    def protected(self, path, query):
        session = self.session()
        if session is not None:
            return self.say(user=session['user'], attributes=session['attributes'])
        client = CLIENTS[path](ORIGIN + path)
        if 'ticket' not in query:
            return self.redirect(client.get_login_url())
        user, attributes, iou = client.verify_ticket(query['ticket'])
        if not user:
            return self.answer(401, 'the ticket was refused')
        cookie = secrets.token_urlsafe()
        sessions[cookie] = {'user': user, 'attributes': attributes or {}, 'ticket': query['ticket'], 'pgt': granted.pop(iou, None)}
        return self.redirect(ORIGIN + path, ('set-cookie', f'{COOKIE}={cookie}; Path=/; Secure; HttpOnly'))

    def proxied(self):
        session = self.session()
        if session is None:
            return self.answer(401, 'not signed in')
        try:
            ticket = cas.CASClient(version=3, service_url=BACKEND, server_url=SERVER).get_proxy_ticket(session['pgt'])
        except cas.CASError as error:
            return self.answer(403, error.args[0])
        said = requests.get(BACKEND, params={'ticket': ticket}, timeout=10)
        return self.answer(said.status_code, said.text)

    def backend(self, query):
        client = ProxiedClient(service_url=BACKEND, server_url=SERVER)
        response = client.get_verification_response(query.get('ticket', ''))
        user = client.verify_response(response)[0]
        proxies = etree.fromstring(response).xpath('//cas:proxy/text()', namespaces={'cas': 'http://www.yale.edu/tp/cas'})
        if user is None or proxies != [CALLBACK]:
            return self.answer(401, 'the ticket was refused')
        return self.say(user=user, proxies=proxies)

    def session(self):
        return sessions.get(self.cookie())

    def cookie(self):
        cookie = SimpleCookie(self.headers.get('cookie', '')).get(COOKIE)
        return cookie.value if cookie else None

    def say(self, **known):
        self.answer(200, json.dumps(known))

    def redirect(self, address, *headers):
        self.answer(302, '', ('location', address), *headers)

    def answer(self, status, body, *headers):
        data = body.encode()
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header('content-length', str(len(data)))
        self.end_headers()
        self.wfile.write(data)


ThreadingHTTPServer(('127.0.0.1', int(os.environ['CLIENT_PORT'])), Application).serve_forever()
