-- Makes the caller the leader, or says why it is not.
-- KEYS: 1 stream, 2 newest messages, 3 leader, 4 meta, 5 trim points
-- ARGV: 1 new term, 2 owner, 3 lease (ms), 4 format, 5 contracts, 6 channel, 7 take: 0 only looks, 1 takes a log that exists, 2 takes an empty Redis too,
--       8 the last n that this leader knows to be confirmed; 0 if it did not lead
-- Everything is checked before the first write, because Redis undoes nothing when a script fails.
local leader = redis.call('GET', KEYS[3])
local meta = redis.call('HMGET', KEYS[4], 'format', 'term', 'n', 'ms', 'contracts', 'owner', 'open')
local take = tonumber(ARGV[7])
if meta[2] then
  if meta[1] ~= ARGV[4] then return {'FORMAT', '0', '0', '', '0', meta[1] or ''} end
  if meta[5] ~= ARGV[5] then return {'CONTRACTS', '0', '0', '', '0', meta[5] or ''} end
else
  -- A log whose end Redis has lost is removed below, but not a stream of somebody else.
  local first = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', '1')[1]
  local fields = first and first[2]
  if fields and not (#fields == 4 and fields[1] == 'h' and fields[3] == 'd') then return {'FOREIGN', '0', '0'} end
end
-- The owner may replace its own term: the answer to its last attempt may have been lost.
if leader and not (meta[2] == leader and meta[6] == ARGV[2]) then
  return {'TAKEN', meta[3] or '0', meta[4] or '0', meta[2] or '', '0', ''}
end
if take == 0 or (take == 1 and not meta[2]) then
  return {meta[2] and 'FREE' or 'EMPTY', meta[3] or '0', meta[4] or '0', meta[2] or '', '0', ''}
end
local time = redis.call('TIME')
local ms = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local n, previous, previousN = 1, '', '0'
if meta[2] then
  n = tonumber(meta[3]) + 1
  ms = math.max(ms, tonumber(meta[4]))
  previous, previousN = meta[2], meta[3]
end
local nText, msText = string.format('%.0f', n), string.format('%.0f', ms)
local header = '\1\2' .. ARGV[1] .. (previous == '' and string.rep('0', 32) or previous) .. struct.pack('<i8', tonumber(previousN))
-- A full Redis refuses what takes memory, unless the script has written before. It never refuses XTRIM or DEL. Without a leader nothing would ever be trimmed.
if meta[2] then
  redis.call('XTRIM', KEYS[1], 'MINID', '0')
else
  redis.call('DEL', KEYS[1], KEYS[2], KEYS[5])
end
redis.call('XADD', KEYS[1], msText .. '-' .. nText, 'h', header, 'd', '')
redis.call('HSET', KEYS[4], 'format', ARGV[4], 'term', ARGV[1], 'n', nText, 'ms', msText, 'contracts', ARGV[5], 'owner', ARGV[2])
if not meta[2] then
  redis.call('HSET', KEYS[4], 'session', '0000000000000000', 'messages', '0', 'events', '0', 'bytes', '0', 'whole', '0', 'open', '[]')
elseif tonumber(ARGV[8]) > tonumber(meta[3]) then
  redis.call('HSET', KEYS[4], 'whole', nText) -- Redis has lost entries: what is newest from before that need not be
end
redis.call('SET', KEYS[3], ARGV[1], 'PX', ARGV[3])
redis.call('SPUBLISH', ARGV[6], struct.pack('<i8i8i4', n, ms, #header) .. header)
return {'OK', nText, msText, previous, previousN, '', meta[7] or '[]', meta[4] or '0'}
