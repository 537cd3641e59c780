-- /etc/apache2/latchkey.lua: asks Latchkey whether a request may pass, and as whom.
local http = require 'socket.http'
local ltn12 = require 'ltn12'

-- The virtual host that leads to Latchkey, and Latchkey's own name.
local LATCHKEY = 'http://127.0.0.1:8099/forward-auth'
local HOST = 'login.example.org'
-- The application as it is registered. What a client sends as Host may be the name of another host, which it may enter.
local APPLICATION = 'https://app.example.org'

-- What of a request Latchkey looks at.
local ASKED = { 'Cookie', 'Authorization', 'Accept', 'User-Agent', 'X-Requested-With', 'Sec-Fetch-Mode', 'Sec-Fetch-Site' }
-- What of a refusal goes to the client.
local TOLD = { 'Location', 'Set-Cookie', 'WWW-Authenticate', 'Retry-After', 'Cache-Control' }

http.TIMEOUT = 5

local function said_by_latchkey(name)
  return name:lower():match('^remote[-_]') or name:lower():match('^x%-latchkey%-')
end

function check(r)
  -- Only Latchkey says who it is: what a client sent under these names goes first.
  for name, _ in pairs(r:headers_in_table()) do
    if said_by_latchkey(name) then r.headers_in[name] = nil end
  end

  local ask = { ['Host'] = HOST, ['X-Forwarded-For'] = r.useragent_ip }
  for _, name in ipairs(ASKED) do ask[name] = r.headers_in[name] end
  ask['X-Original-URL'] = APPLICATION .. r.unparsed_uri
  ask['X-Original-Method'] = r.method

  local done, status, headers = http.request{ url = LATCHKEY, headers = ask, redirect = false, sink = ltn12.sink.null() }
  if done == nil then return 503 end

  if status == 200 then
    for name, value in pairs(headers) do
      if said_by_latchkey(name) then r.headers_in[name] = value end
    end
    -- The password or token was for Latchkey.
    r.headers_in['Authorization'] = nil
    return apache2.OK
  end

  for _, name in ipairs(TOLD) do
    local value = headers[name:lower()]
    if value ~= nil then r.err_headers_out[name] = value end
  end
  return status >= 300 and status or 503
end
