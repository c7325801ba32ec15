# 招聘文字的疑点；{ $phrase } 是原文
refusal-wording-sex = “{ $phrase }”限制了性别，不得发布。请删去。依据：《人力资源市场暂行条例》（国务院令第700号）、《网络招聘服务管理规定》（人社部令第44号）。
refusal-wording-ethnicity = “{ $phrase }”限制了民族，不得发布。请删去。依据：《人力资源市场暂行条例》（国务院令第700号）、《网络招聘服务管理规定》（人社部令第44号）。
refusal-wording-race = “{ $phrase }”限制了种族，不得发布。请删去。依据：《人力资源市场暂行条例》（国务院令第700号）、《网络招聘服务管理规定》（人社部令第44号）。
refusal-wording-religion = “{ $phrase }”限制了宗教信仰，不得发布。请删去。依据：《人力资源市场暂行条例》（国务院令第700号）、《网络招聘服务管理规定》（人社部令第44号）。
refusal-wording-hukou = “{ $phrase }”限制了户籍，不得发布。请删去。依据：《人力资源市场暂行条例》（国务院令第700号）、《网络招聘服务管理规定》（人社部令第44号）。
refusal-wording-region = “{ $phrase }”限制了地域，不得发布。请删去。依据：《人力资源市场暂行条例》（国务院令第700号）、《网络招聘服务管理规定》（人社部令第44号）。
refusal-wording-identity = “{ $phrase }”限制了身份，不得发布。请删去。依据：《人力资源市场暂行条例》（国务院令第700号）、《网络招聘服务管理规定》（人社部令第44号）。
refusal-wording-disability = “{ $phrase }”歧视残疾人，不得发布。请删去。依据：《人力资源市场暂行条例》（国务院令第700号）、《网络招聘服务管理规定》（人社部令第44号）。
refusal-wording-infection-carrier = “{ $phrase }”歧视传染病病原携带者，不得发布。请删去。依据：《人力资源市场暂行条例》（国务院令第700号）、《网络招聘服务管理规定》（人社部令第44号）。
refusal-wording-marriage-childbirth = “{ $phrase }”限制了婚育状况，不得发布。请删去。依据：《人力资源市场暂行条例》（国务院令第700号）、《网络招聘服务管理规定》（人社部令第44号）。
refusal-wording-age = “{ $phrase }”限制了年龄。请删去；确有法定理由的，写明理由由经办人审核。参照：《网络招聘服务管理规定》（人社部令第44号）。
refusal-wording-looks = “{ $phrase }”对相貌身材提了要求。请改写为工作本身的要求。参照：《网络招聘服务管理规定》（人社部令第44号）。
refusal-wording-deposit = “{ $phrase }”像是收取押金，不得发布。任何名义的押金都不许收，请删去。依据：《网络招聘服务管理规定》（人社部令第44号）、劳动合同法第九条。
refusal-wording-fee = “{ $phrase }”像是向求职者收费，不得发布。请删去。依据：《人力资源市场暂行条例》（国务院令第700号）、《网络招聘服务管理规定》（人社部令第44号）。
refusal-wording-papers = “{ $phrase }”像是扣押证件，不得发布。请删去。依据：劳动合同法第九条、《网络招聘服务管理规定》（人社部令第44号）。
refusal-wording-no-contract = “{ $phrase }”像是不签合同或不缴保险，不得发布。请改正用工方式后删去。依据：劳动合同法第十条、《人力资源市场暂行条例》（国务院令第700号）。
refusal-wording-abroad = “{ $phrase }”像是境外务工，这里不能发布。请找有对外劳务资质的机构。依据：《对外劳务合作管理条例》（国务院令第620号）、《人力资源市场暂行条例》（国务院令第700号）。
refusal-wording-fraud = “{ $phrase }”像是诈骗或传销，不得发布；如有误请删去这几个字并说明工作内容。依据：《人力资源市场暂行条例》（国务院令第700号）、《网络招聘服务管理规定》（人社部令第44号）。

# 导入岗位清单：已改好的
postings-repair-wage-swapped = 工资高低写反了（{ $value }），已对调。
postings-repair-wage-negotiable = 没有写工资，按“面议”处理。
postings-repair-headcount-assumed = 没有写招聘人数，按{ $value }人处理。
postings-repair-sex-limit-dropped = 性别限制“{ $value }”违法，已去掉。依据：《人力资源市场暂行条例》（国务院令第700号）。
postings-repair-occupation-suggested = 没有写职业代码，按岗位名称定为{ $value }，请核对。

# 导入岗位清单：不能导入的
refusal-listing-missing = “{ $column }”是空的，请填写。
refusal-listing-too-long = “{ $column }”太长，请缩短到{ $value }字以内。
refusal-listing-region-unknown = 没有区划“{ $value }”，请填写6位、9位或12位区划代码。
refusal-listing-occupation-unknown = 没有职业“{ $value }”，请填写职业分类大典的代码，如4-09-08-01。
refusal-listing-kind-unknown = 不认识岗位类型“{ $value }”，请填job、public_welfare或workshop。
refusal-listing-wage-unreadable = “{ $column }”的“{ $value }”读不懂，请填数字；单位填month、day或hour；面议请留空。
refusal-listing-number-unreadable = “{ $column }”的“{ $value }”不是合适的整数，请改正。
refusal-listing-education-unknown = 不认识文化程度“{ $value }”，请填小学、初中、高中、大专、本科或学历不限。
refusal-listing-date-unreadable = 日期“{ $value }”读不懂，请写成2020-06-15的样子。

# 发布岗位
refusal-posting-title = 请填写岗位名称，2到60个字。
refusal-posting-places = 招聘人数应为1到10000的整数。
refusal-posting-reserved = 保留的名额应为整数，且不能超过招聘人数。
refusal-posting-places-filled = 已经录用{ $filled }人，人数不能比这少。
refusal-posting-wage = 请填写工资，最低不高于最高；不便写明时选“面议”。
refusal-posting-description = 请写明工作内容，10到4000个字。
refusal-posting-occupation = 看不出是什么职业，请在列表里选一个。
refusal-posting-kind-employer = 公益性岗位由机关事业单位、村集体或社会组织设置。请改选“招工岗位”。
refusal-certificate-too-long = 证书名称太长，请缩短到60个字以内。
refusal-posting-closes-needed = 请填写报名截止日期。
refusal-posting-closes-past = 截止日期已经过了，请改成今天或以后的日期。
refusal-posting-closes-far = 截止日期最远为{ $days }天以后，到期可以续期。
refusal-posting-status = 岗位现在的状态不能这样办理。请刷新后再看。
refusal-posting-employer-unverified = 单位核验通过以后才能发布。请先完成单位核验。
refusal-posting-own = 这是您写的或您单位的内容，须由另一位经办人审核。
refusal-posting-full = { $places }个名额已招满。请看看其他岗位。
refusal-posting-none-taken = 这个岗位没有已占用的名额可以退回。
refusal-listing-id-repeated = 编号“{ $value }”在清单里出现过。请保留一行，或给它另一个编号。
refusal-listing-repost = 同一单位、同一名称、同一地点、同样内容的岗位已经有了，没有重复导入。
