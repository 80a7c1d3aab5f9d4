"""What Redis does in one round trip: claim a turn and load the call; settle it; look.

One hash a call: `turn`, `kept`, `answer`, `over` of the newest settled turn; `claimed`, `source`, `owner`,
`lease` of the turn being worked on; `ended` once the carrier has said so. Leases run by the server's clock.
Beside it lies what the speech process leaves and is asked for, under the keys of `speech/mailbox_keys.py`.
"""

_NOW = """
local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
"""

# KEYS: the call, the service, the open stream, what was heard for the turn, whether the caller speaks
# ARGV: aim, turn, source, owner, lease in ms, seconds kept, looks, patient, [turn, kept, answer, over of the
# seed]
CLAIM = (
    _NOW
    + """
local key, aim, turn, owner = KEYS[1], ARGV[1], tonumber(ARGV[2]), ARGV[4]
local found = redis.call('HMGET', key, 'turn', 'kept', 'answer', 'over', 'owner', 'lease', 'claimed')
local newest, kept, answer, over = tonumber(found[1] or '-1'), found[2], found[3], found[4]
local holder, lease, claimed = found[5], tonumber(found[6] or '0'), tonumber(found[7] or '-1')

if ARGV[9] and tonumber(ARGV[9]) > newest then
  newest, kept, answer, over = tonumber(ARGV[9]), ARGV[10], ARGV[11], ARGV[12]
  redis.call('HSET', key, 'turn', newest, 'kept', kept, 'answer', answer, 'over', over)
  redis.call('EXPIRE', key, ARGV[6])
  if claimed <= newest then
    redis.call('HDEL', key, 'claimed', 'source', 'owner', 'lease')
    holder = false
  end
end
if aim == 'end' then
  redis.call('HSET', key, 'ended', '1')
  redis.call('EXPIRE', key, ARGV[6])
  turn = newest + 1
end

local busy = holder and holder ~= owner and lease > now()
if over == '1' or newest >= turn then return {'present', newest, kept, answer, over} end
if busy then return {'busy'} end
if (aim == 'end' and newest < 0) or (aim == 'turn' and turn > newest + 1) then
  return {'behind', newest, kept, answer, over}
end
local beside = redis.call('MGET', KEYS[2], KEYS[3], KEYS[4], KEYS[5])
local said = false
if ARGV[7] ~= '' and newest >= 0 and turn == newest + 1 then
  said = beside[3]
  if not said and beside[4] and ARGV[8] == '1' then return {'speaking', newest, kept, answer, over} end
  if not said and ARGV[7] == 'only' then return {'present', newest, kept, answer, over} end
end
redis.call('HSET', key, 'claimed', turn, 'source', ARGV[3], 'owner', owner, 'lease', now() + ARGV[5])
redis.call('EXPIRE', key, ARGV[6])
return {'claimed', newest, kept, answer, over, turn, beside[1], beside[2], said}
"""
)

# KEYS: the call, the request to listen
# ARGV: deed (settle or release), turn, owner, lease in ms, seconds kept, kept, answer, over, request, channel
SETTLE = (
    _NOW
    + """
local key, turn, owner = KEYS[1], tonumber(ARGV[2]), ARGV[3]
local found = redis.call('HMGET', key, 'owner', 'claimed', 'ended')
if found[1] ~= owner or tonumber(found[2] or '-1') ~= turn then return 'lost' end
redis.call('EXPIRE', key, ARGV[5])
if ARGV[1] == 'settle' then
  redis.call('HSET', key, 'turn', turn, 'kept', ARGV[6], 'answer', ARGV[7], 'over', ARGV[8])
  if ARGV[9] == '' then
    redis.call('DEL', KEYS[2])
  else
    redis.call('SET', KEYS[2], ARGV[9], 'EX', ARGV[5])
    redis.call('PUBLISH', ARGV[10], ARGV[9])
  end
  if found[3] == '1' and ARGV[8] == '0' then
    redis.call('HSET', key, 'claimed', turn + 1, 'source', 'hang-up', 'lease', now() + ARGV[4])
    return 'hang-up'
  end
end
redis.call('HDEL', key, 'claimed', 'source', 'owner', 'lease')
return 'stored'
"""
)

# ARGV: turn. Reads only: asking through the claim again would take the lease from its owner.
LOOK = (
    _NOW
    + """
local found = redis.call('HMGET', KEYS[1], 'turn', 'over', 'lease', 'owner')
local newest = tonumber(found[1] or '-1')
if found[2] == '1' or newest >= tonumber(ARGV[1]) then
  local stands = redis.call('HMGET', KEYS[1], 'kept', 'answer')
  return {'present', newest, stands[1], stands[2], found[2]}
end
if found[4] and tonumber(found[3] or '0') > now() then return {'busy'} end
return {'free'}
"""
)
