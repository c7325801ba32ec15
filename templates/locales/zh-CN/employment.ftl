refusal-end-before-start = 结束日期早于开始日期。请核对。
refusal-employment-known = 这份工作已经登记过。
refusal-employment-ended = 这份工作已经结束。
