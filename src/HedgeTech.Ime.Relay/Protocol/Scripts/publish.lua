-- Appends one entry. An entry that is there already is confirmed again and not appended twice.
-- KEYS: 1 stream, 2 newest messages, 3 leader, 4 meta, 5 trim points
-- ARGV: 1 term, 2 n, 3 header, 4 data, 5 channel, 6 retention (ms), 7 retention (bytes), 8 session, 9 messages, 10 events (the counts after this entry), 11 messages before it,
--       12 the interruptions that are open after it, or nothing if it does not change them, then for each contract in it: field, prefix of the value, offset in the data (from 1), length
-- Everything is checked before the first write, because Redis undoes nothing when a script fails.
local meta = redis.call('HMGET', KEYS[4], 'term', 'n', 'ms', 'bytes', 'session', 'messages', 'events')
if redis.call('GET', KEYS[3]) ~= ARGV[1] then return {'LOST', meta[2] or '0', meta[3] or '0'} end
if meta[1] ~= ARGV[1] then return {'FENCED', meta[2] or '0', meta[3] or '0'} end
local n, top = tonumber(ARGV[2]), tonumber(meta[2])
if n <= top then return {'DONE', meta[2], meta[3]} end
if n > top + 1 then return {'HOLE', meta[2], meta[3]} end
local time = redis.call('TIME')
local ms = math.max(tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000), tonumber(meta[3]))
local msText = string.format('%.0f', ms)
local id = msText .. '-' .. ARGV[2]
redis.call('XADD', KEYS[1], 'MINID', '~', string.format('%.0f', math.max(ms - tonumber(ARGV[6]), 0)), id, 'h', ARGV[3], 'd', ARGV[4])
for i = 13, #ARGV, 4 do
  local offset = tonumber(ARGV[i + 2])
  redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 1] .. string.sub(ARGV[4], offset, offset + tonumber(ARGV[i + 3]) - 1))
end
-- Redis stores an entry in about 1.35 times the bytes of its fields. Each MiB leaves a point, and the log is cut at the oldest one beyond the bytes to keep.
local bytes = tonumber(meta[4]) + 1.35 * (#ARGV[3] + #ARGV[4]) + 64
if bytes >= 1048576 then
  bytes = 0
  redis.call('RPUSH', KEYS[5], id)
  while redis.call('LLEN', KEYS[5]) > tonumber(ARGV[7]) / 1048576 do
    redis.call('XTRIM', KEYS[1], 'MINID', redis.call('LPOP', KEYS[5]))
  end
end
-- Behind an event or dropped messages, a message from before need not be the newest of its contract. No event comes behind a message of its own entry.
local isSame = meta[5] == ARGV[8]
if tonumber(ARGV[11]) > (isSame and tonumber(meta[6]) or 0) or tonumber(ARGV[10]) > (isSame and tonumber(meta[7]) or 0) then
  redis.call('HSET', KEYS[4], 'whole', ARGV[2])
end
redis.call('HSET', KEYS[4], 'n', ARGV[2], 'ms', msText, 'session', ARGV[8], 'messages', ARGV[9], 'events', ARGV[10], 'bytes', string.format('%.0f', bytes))
if ARGV[12] ~= '' then redis.call('HSET', KEYS[4], 'open', ARGV[12]) end
redis.call('SPUBLISH', ARGV[5], struct.pack('<i8i8i4', n, ms, #ARGV[3]) .. ARGV[3] .. ARGV[4])
return {'OK', ARGV[2], msText}
