refusal-end-before-start = The end is before the start. Check both days.
refusal-employment-known = This employment is already on record.
refusal-employment-ended = This employment has already ended.
