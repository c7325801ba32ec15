cli-coverage-title = One job for every household on { $day }
cli-coverage-total = Total
cli-coverage-row = rate { $rate }, in scope { $scope }, with labour { $labour }, met { $met }, at risk { $risk }, zero { $zero }, exempt { $exempt }
cli-coverage-zero = { $n ->
    [one] One household at zero:
   *[other] { $n } households at zero, longest first:
}
cli-coverage-days = day { $n }
cli-migrated = The database is ready: { $database } ({ $count } migrations applied).
cli-check-database = Database open and level with this program: { $database }
cli-check-journal = Audit trail whole: { $lines } lines, every hash holds
cli-check-journal-broken = The audit trail breaks at line { $line }: stop using this database and compare it with a backup.
cli-check-clock = Clock: { $time }
cli-user-added = Account { $name } made. One-time password: { $password } (to be changed at the first sign-in)
refusal-config-unreadable = The settings file { $file } cannot be read: { $reason }. Check its path and permissions.
refusal-config-invalid = The settings in { $file } are wrong: { $reason }. Correct them after docs/operations.md.
refusal-clock-unreadable = “{ $text }” is no instant. Write it like 2020-08-31T17:40:00+08:00.
refusal-clock-not-rehearsal = Only a rehearsal lets its clock be set. Leave out --now, or make a rehearsal with migrate --rehearsal.
refusal-rehearsal-too-late = The bureau already holds households and cannot become a rehearsal. Run migrate --rehearsal with an empty folder.
refusal-bureau-missing = There is no bureau in { $folder }. Run yigang migrate to make one, or yigang demo for a demo bureau.
refusal-database-behind = The database lacks { $count } migrations. Make a backup, then run yigang migrate.
refusal-database-ahead = A newer program has migrated this database to { $version }. Use that program; do not go back.
refusal-database-unreachable = PostgreSQL cannot be reached ({ $database }): { $reason }. Check the address, the account, and that the server runs.
refusal-database-read-only = The database file { $database } is read-only. Give the account write permission, or use another folder (--data).
refusal-database-locked = Another program holds the database { $database }. Wait for it or close it, then try again.
refusal-database-damaged = { $database } is not a sound SQLite database. Leave it as it is and restore the backup.
refusal-database-unopened = The database { $database } cannot be opened: { $reason }. Check its path and permissions.
refusal-database-url = “{ $scheme }://” is no database that we know. Use postgres://… or the path of an SQLite file.
refusal-database-tls = The built-in libpq has no TLS. Connect within a trusted network, or build with --features system-libpq.
refusal-folder-unwritable = { $folder } cannot be written: { $reason }. Check permissions and free space.
refusal-keys-open = Others can read the key file { $file }. Run chmod 600 on it and try again.
refusal-keys-unreadable = The key file { $file } cannot be read: { $reason }. Without it no sealed number opens.
refusal-keys-short = The key file { $file } is damaged: it should hold 128 hexadecimal characters. Restore it from its copy.
refusal-listen-failed = Cannot serve on { $address }: { $reason }. Choose another port (--listen), or close the program that uses it.
refusal-choice-unknown = “{ $value }” is not one of the choices: { $choices }.
refusal-region-unknown = There is no region “{ $value }”. Near ones: { $near }.
refusal-day-unreadable = “{ $text }” is no day. Write it like 2020-06-30.
refusal-day-in-future = The day must not be later than today. Give the day on which it happened.
kind-grant = role
kind-token = token
kind-session = session
kind-number = number
kind-skill = skill
nav-me = My page
nav-matches = Suits me
nav-openings = Find work
nav-applications = Applications
nav-household = My household
nav-desk = Desk
nav-new-posting = New posting
nav-hires = People at work
nav-village = Today
nav-households = Households
nav-cases = Cases
nav-board = Board
nav-imports = Rosters
nav-verify = To verify
nav-audit = Audit trail
nav-settings = Accounts
nav-status = Status
nav-account = My account
cli-search-found = { $n ->
    [one] One found
   *[other] { $n } found
}
cli-match-none = Nothing suits: the person wants no work at present, or no open posting fits.
cli-check-index = Search index equals the database: { $count } documents ({ $behind } changes to come)
cli-check-index-differs = { $count } documents of the search index differ from the database, { $files } files are damaged. Run yigang reindex.
cli-reindexed = { $n ->
    [one] Index built anew: one document.
   *[other] Index built anew: { $n } documents.
}
cli-postings-done = { $rows } rows: { $new } new, { $changed } changed, { $same } same ({ $reposts } of them reposts), { $doubtful } for an officer, { $rejected } rejected.
cli-postings-would = Dry run, nothing changed. { $rows } rows: { $new } new, { $changed } changed, { $same } same ({ $reposts } of them reposts), { $doubtful } for an officer, { $rejected } rejected.
refusal-postings-columns-missing = The file lacks these columns: { $columns }. Add them to its header.
refusal-index-unusable = The search index in { $folder } cannot be built. Check space and permissions, then run yigang reindex.
refusal-demo-real-bureau = { $folder } holds a real bureau and takes no demo data. Choose an empty folder with --data.
cli-demo-sign-ins = Demo sign-ins (role, name, password, what they stand for):
cli-demo-employers = Registering { $n } employers …
cli-demo-roster = Importing a roster of { $n } households …
cli-demo-postings = Importing { $n } postings …
cli-demo-work = Taking applications and hires …
cli-demo-index = Building the search index …
