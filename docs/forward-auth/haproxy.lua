-- /etc/haproxy/latchkey.lua: asks Latchkey whether a request may pass, and as whom.
local LATCHKEY = 'https://login.example.org/forward-auth'
local HOST = 'login.example.org'

-- What of a request Latchkey looks at.
local ASKED = { 'cookie', 'authorization', 'accept', 'user-agent', 'x-requested-with', 'sec-fetch-mode', 'sec-fetch-site' }
-- What of a refusal goes to the client.
local TOLD = { 'location', 'set-cookie', 'www-authenticate', 'retry-after', 'content-type', 'cache-control', 'content-security-policy', 'x-frame-options', 'x-content-type-options', 'referrer-policy' }

-- HAProxy counts values from 0 in headers that it gives, and from 1 in those that it takes.
local function values(headers, name)
  local found = {}
  local given = headers[name]
  if given == nil then return found end
  local index = 0
  while given[index] ~= nil do
    found[#found + 1] = given[index]
    index = index + 1
  end
  return found
end

core.register_action('latchkey', { 'http-req' }, function(txn)
  local request = txn.http:req_get_headers()
  local ask = {}
  for _, name in ipairs(ASKED) do
    local given = values(request, name)
    if #given > 0 then ask[name] = given end
  end
  local scheme = txn.f:ssl_fc() == 1 and 'https' or 'http'
  ask['host'] = { HOST }
  ask['x-original-url'] = { scheme .. '://' .. (values(request, 'host')[1] or '') .. txn.f:pathq() }
  ask['x-original-method'] = { txn.f:method() }
  ask['x-forwarded-for'] = { txn.f:src() }

  local answer = core.httpclient():get{ url = LATCHKEY, headers = ask, timeout = 5000 }
  local status = answer ~= nil and answer.status or 0

  if status == 200 then
    for name, _ in pairs(answer.headers) do
      if name:match('^remote%-') or name:match('^x%-latchkey%-') then
        txn.http:req_set_header(name, table.concat(values(answer.headers, name), ','))
      end
    end
    txn:set_var('txn.latchkey', 'open')
    return
  end

  local reply = txn:reply{ status = status >= 300 and status or 503 }
  if status >= 300 then
    for _, name in ipairs(TOLD) do
      for _, value in ipairs(values(answer.headers, name)) do reply:add_header(name, value) end
    end
    reply:set_body(answer.body or '')
  end
  txn:done(reply)
end, 0)
