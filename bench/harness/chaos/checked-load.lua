-- One thread asks one worker after the other as fast as they answer, and checks who made each answer, of which version, to which request.
-- Its arguments: the port, the sums that answers hold (the first for request 0, after the last the first again), the names of the workers.

local thread, host, names
local n, asked, sums = 0, {}, {}
wrong, newest = {}, {} -- not local: done() reads them out of the thread

function setup(it)
  thread = it
end

function init(arguments)
  host = ".localhost:" .. table.remove(arguments, 1)
  for sum in table.remove(arguments, 1):gmatch("%d+") do table.insert(sums, tonumber(sum)) end
  names = arguments
end

function request()
  n = n + 1
  asked[n] = names[n % #names + 1]
  return "GET /?n=" .. n .. " HTTP/1.1\r\nHost: " .. asked[n] .. host .. "\r\n\r\n"
end

local function mistake(status, body)
  if status ~= 200 then return "status " .. status end
  local worker, version, to, sum = body:match('^{"worker":"(%w+)","version":(%d+),"n":(%d+),"sum":(%d+)}$')
  if not worker then return "not what a worker answers" end
  to = tonumber(to)
  if not asked[to] then return "an answer to nothing that was asked, or the second to it" end
  if asked[to] ~= worker then return "another worker's answer" end
  if tonumber(sum) ~= sums[to % #sums + 1] then return "another request's answer" end
  asked[to] = nil
  newest[worker] = math.max(newest[worker] or 0, tonumber(version))
end

function response(status, _, body)
  local what = mistake(status, body)
  if what then wrong[what] = (wrong[what] or 0) + 1 end
end

local function json(counts)
  local members = {}
  for name, count in pairs(counts) do table.insert(members, string.format('"%s":%d', name, count)) end
  return "{" .. table.concat(members, ",") .. "}"
end

function done(summary, latency)
  local mistakes = thread:get("wrong")
  for _, kind in ipairs({ "connect", "read", "write", "timeout" }) do
    if summary.errors[kind] > 0 then mistakes["failed to " .. kind] = summary.errors[kind] end
  end
  io.write(string.format(
    '\n@report {"answers":%d,"seconds":%.6f,"p50":%.3f,"p99":%.3f,"slowest":%.3f,"wrong":%s,"newest":%s}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000, latency.max / 1000,
    json(mistakes), json(thread:get("newest"))))
end
