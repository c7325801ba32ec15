refusal-posting-not-open = 这个岗位现在不招人。请看看别的岗位。
refusal-under-working-age = 未满 16 周岁不能就业。
refusal-minor-heavy-work = 未满 18 周岁不能从事重体力劳动。请选择别的岗位。
refusal-refused-before = 此人已拒绝过这个岗位，不再推荐。
refusal-placement-move = 目前状态不能这样操作（{ $from } → { $to }）。请刷新页面查看最新进展。
refusal-reason-missing = 请写明原因。
refusal-start-before-application = 上岗日期早于报名日期。请核对。
