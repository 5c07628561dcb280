// Code generated from openapi.json by `go generate ./...`. DO NOT EDIT.

package api

// Alert An alert as routing rules see it. A null field is one that the alert doesn't have; an empty string is a value.
type Alert struct {
	// AlertPolicy Name of the alert policy that opened the alert.
	AlertPolicy *string `json:"alert_policy,omitempty" tfsdk:"alert_policy"`

	// Labels Its labels.
	Labels map[string]string `json:"labels,omitempty" tfsdk:"labels"`

	// RoutingKey Routing key of the alert.
	RoutingKey *string `json:"routing_key,omitempty" tfsdk:"routing_key"`

	// Service Name of the service that the alert is about.
	Service *string `json:"service,omitempty" tfsdk:"service"`

	// Severity Severity of the alert.
	Severity *string `json:"severity,omitempty" tfsdk:"severity"`

	// Source The system that sent the alert.
	Source *string `json:"source,omitempty" tfsdk:"source"`

	// Title Title of the alert.
	Title *string `json:"title,omitempty" tfsdk:"title"`
}

// AlertCondition A metric that crosses a threshold.
type AlertCondition struct {
	// ForMinutes For how many minutes the condition must hold; 0 means immediately.
	ForMinutes *int `json:"for_minutes,omitempty" tfsdk:"for_minutes"`

	// Labels Labels that the metric must have.
	Labels map[string]string `json:"labels,omitempty" tfsdk:"labels"`

	// Metric Name of the metric.
	Metric string `json:"metric" tfsdk:"metric"`

	// Operator How to compare the metric with `value`.
	Operator string `json:"operator" tfsdk:"operator"`

	// Type Type of the condition.
	Type string `json:"type" tfsdk:"type"`

	// Value The threshold.
	Value *Double `json:"value" tfsdk:"value"`
}

// AlertPolicy Opens an alert when conditions on metrics hold.
type AlertPolicy struct {
	// Conditions Conditions on metrics.
	Conditions []AlertCondition `json:"conditions" tfsdk:"conditions"`

	// Description What it means when the policy fires, and what to do.
	Description *string `json:"description,omitempty" tfsdk:"description"`

	// Enabled Whether the policy opens alerts.
	Enabled *bool `json:"enabled,omitempty" tfsdk:"enabled"`

	// Match Whether `all` conditions must hold, or `any` one of them.
	Match *string `json:"match,omitempty" tfsdk:"match"`

	// Name The policy's name, unique in the workspace.
	Name string `json:"name" tfsdk:"name"`

	// RoutingKey Routing key of the alerts, which routing rules can match.
	RoutingKey string `json:"routing_key" tfsdk:"routing_key"`

	// Severity Severity of the alert.
	Severity string `json:"severity" tfsdk:"severity"`
}

// APIKey An API key, without its secret.
type APIKey struct {
	// CreatedAt When it was made.
	CreatedAt string `json:"created_at" tfsdk:"created_at"`

	// ExpiresAt When it stops working; null for never.
	ExpiresAt *string `json:"expires_at" tfsdk:"expires_at"`

	// Hint The secret's last four characters, to tell keys apart.
	Hint string `json:"hint" tfsdk:"hint"`

	// ID The key's id, `key_…`.
	ID string `json:"id" tfsdk:"id"`

	// LastUsedAt When it was last used, to the minute; null for never.
	LastUsedAt *string `json:"last_used_at" tfsdk:"last_used_at"`

	// LifetimeSeconds How long it was made for, which a rotated key is made for too; null for no limit of its own.
	LifetimeSeconds *int `json:"lifetime_seconds" tfsdk:"lifetime_seconds"`

	// Name What the key is for.
	Name string `json:"name" tfsdk:"name"`

	// RevokedAt When it was revoked; null if it wasn't.
	RevokedAt *string `json:"revoked_at" tfsdk:"revoked_at"`

	// RunURL The CI run that token was of, where that is known.
	RunURL *string `json:"run_url" tfsdk:"run_url"`

	// Scopes What its account could do when it was made. It can do no more; less, if the account can.
	Scopes []string `json:"scopes" tfsdk:"scopes"`

	// Subject That token's `sub`.
	Subject *string `json:"subject" tfsdk:"subject"`

	// TrustID The trust by which a token was exchanged for it; null for a stored key.
	TrustID *string `json:"trust_id" tfsdk:"trust_id"`
}

// Blocker A reference to a resource.
type Blocker struct {
	// ID Its id.
	ID string `json:"id" tfsdk:"id"`

	// Kind The kind of the resource that refers.
	Kind string `json:"kind" tfsdk:"kind"`

	// Name Its name.
	Name string `json:"name" tfsdk:"name"`

	// Pointer JSON pointer to the reference in it.
	Pointer string `json:"pointer" tfsdk:"pointer"`
}

// ClaimMatch A claim that a token must have, and the values of which it must have one.
type ClaimMatch struct {
	// Name The claim's name, such as `repository_id`.
	Name string `json:"name" tfsdk:"name"`

	// Values The claim must equal one of these. `true`, `false` and whole numbers match as text.
	Values []string `json:"values" tfsdk:"values"`
}

// Code The closed set of reasons that `errors[].code` and a warning's `code` can give.
type Code = string

// EscalationPolicy Who is paged for an alert, and when, until somebody acknowledges it.
type EscalationPolicy struct {
	// Description What the policy is for.
	Description *string `json:"description,omitempty" tfsdk:"description"`

	// Name The policy's name, unique in the workspace.
	Name string `json:"name" tfsdk:"name"`

	// RepeatAfterMinutes Minutes between the starts of two repetitions. Required when `repeat_times` is above 0; must be greater than the last delay.
	RepeatAfterMinutes *int `json:"repeat_after_minutes,omitempty" tfsdk:"repeat_after_minutes"`

	// RepeatTimes How many times the rules run again if nobody acknowledges.
	RepeatTimes *int `json:"repeat_times,omitempty" tfsdk:"repeat_times"`

	// Rules The rules, in order of their delays.
	Rules []EscalationRule `json:"rules" tfsdk:"rules"`

	// TeamID Id of the team that owns the policy.
	TeamID *string `json:"team_id,omitempty" tfsdk:"team_id"`
}

// EscalationRule A step of an escalation policy: whom to page after a delay.
type EscalationRule struct {
	// DelayMinutes Minutes since the alert opened. Must be greater than the previous rule's; the first can be 0.
	DelayMinutes int `json:"delay_minutes" tfsdk:"delay_minutes"`

	// Targets Whom to page, all at the same time.
	Targets []Target `json:"targets" tfsdk:"targets"`
}

// KeyRequest An API key to make.
type KeyRequest struct {
	// ExpiresAt When it stops working; null for never, as far as the workspace allows.
	ExpiresAt *string `json:"expires_at,omitempty" tfsdk:"expires_at"`

	// Name What the key is for.
	Name string `json:"name" tfsdk:"name"`

	// Secret The key itself, made by the caller: `sck_`, 36 random characters and 6 check characters. Only its hash is stored. Null to have one made.
	Secret *string `json:"secret,omitempty" tfsdk:"secret"`
}

// OnCallNow Who is on call on a schedule at an instant.
type OnCallNow struct {
	// At The instant asked about.
	At string `json:"at" tfsdk:"at"`

	// OverrideID Id of the override, also of one that says `nobody`; null for a rotation.
	OverrideID *string `json:"override_id" tfsdk:"override_id"`

	// Revision For a time in the past, the revision of the schedule, its overrides and its teams that was in force then. Null for the present, the future, and times before the first change.
	Revision *int `json:"revision" tfsdk:"revision"`

	// Rotation Name of the rotation; null for an override or nobody.
	Rotation   *string `json:"rotation" tfsdk:"rotation"`
	ScheduleID string  `json:"schedule_id" tfsdk:"schedule_id"`

	// Since Start of the shift; null if more than 366 days ago.
	Since *string `json:"since" tfsdk:"since"`

	// Until End of the shift; null if more than 366 days away.
	Until *string `json:"until" tfsdk:"until"`

	// UserIds Ids of the users who are on call; empty if nobody is.
	UserIds []string `json:"user_ids" tfsdk:"user_ids"`
}

// Pending A resource marked for deletion, which happens once nothing refers to it and, for the last owner, another user is an owner.
type Pending struct {
	// Blockers The resources that refer to it now.
	Blockers []Blocker `json:"blockers" tfsdk:"blockers"`

	// DeletionRequestedAt When it was marked.
	DeletionRequestedAt string `json:"deletion_requested_at" tfsdk:"deletion_requested_at"`

	// ID The resource's id.
	ID string `json:"id" tfsdk:"id"`

	// LastOwner Whether it also waits for another user to become an owner, because this is the last one.
	LastOwner bool `json:"last_owner" tfsdk:"last_owner"`
}

// PolicyTimeline How an unacknowledged alert escalates by one policy.
type PolicyTimeline struct {
	EscalationPolicyID string `json:"escalation_policy_id" tfsdk:"escalation_policy_id"`

	// Steps In order of time.
	Steps []TimelineStep `json:"steps" tfsdk:"steps"`
}

// ProblemDocument Why a request failed (RFC 9457).
type ProblemDocument struct {
	// Blockers `referenced`: everything that refers to the resource.
	Blockers []Blocker `json:"blockers,omitempty" tfsdk:"blockers"`

	// CurrentVersion `version-mismatch`: the version that the resource is at.
	CurrentVersion *int `json:"current_version,omitempty" tfsdk:"current_version"`

	// Detail What happened this time, and what to do.
	Detail string `json:"detail" tfsdk:"detail"`

	// Error `/v1/token`: the code that OAuth has for it (RFC 6749, section 5.2).
	Error *string `json:"error,omitempty" tfsdk:"error"`

	// Errors Everything that is wrong with the request, up to 100 entries.
	Errors []ProblemError `json:"errors,omitempty" tfsdk:"errors"`

	// ErrorsLeftOut How many more there are than `errors` lists; absent if it lists all.
	ErrorsLeftOut *int `json:"errors_left_out,omitempty" tfsdk:"errors_left_out"`

	// ExistingID `name-taken`: the id of the resource that has the name.
	ExistingID *string `json:"existing_id,omitempty" tfsdk:"existing_id"`

	// Ids `ambiguous-name`: the ids of the resources that have the name.
	Ids []string `json:"ids,omitempty" tfsdk:"ids"`

	// MayBeApplied `internal` and `unavailable`: true where the change may have been made all the same. Read before you send it again.
	MayBeApplied *bool `json:"may_be_applied,omitempty" tfsdk:"may_be_applied"`

	// RequestID Id of the request, also in the server's log.
	RequestID string `json:"request_id" tfsdk:"request_id"`

	// Scope `forbidden`: the scope that is missing.
	Scope *string `json:"scope,omitempty" tfsdk:"scope"`

	// Status The HTTP status code.
	Status int `json:"status" tfsdk:"status"`

	// Title Title of the problem type.
	Title string `json:"title" tfsdk:"title"`

	// Type `https://signalcraft.io/problems/<slug>`.
	Type string `json:"type" tfsdk:"type"`
}

// ProblemError An error in a request.
type ProblemError struct {
	// Code The kind of error.
	Code Code `json:"code" tfsdk:"code"`

	// Detail What to do about it.
	Detail string `json:"detail" tfsdk:"detail"`

	// Parameter Name of the query parameter or header at fault; absent where the body is.
	Parameter *string `json:"parameter,omitempty" tfsdk:"parameter"`

	// Pointer JSON pointer (RFC 6901) into the body; absent where a parameter is at fault.
	Pointer *string `json:"pointer,omitempty" tfsdk:"pointer"`
}

// Rotation Participants who take turns. Where rotations of a schedule overlap, the later one in the list wins.
type Rotation struct {
	// CountedShifts Which shifts use up a turn: `all`, or only those that are `worked`. A shift that lies outside all `restrictions` is not worked: with `worked`, a daily rotation on weekdays continues on Monday with the participant after Friday's.
	CountedShifts *string `json:"counted_shifts,omitempty" tfsdk:"counted_shifts"`

	// EndsAt Local time at which the rotation ends; null for never.
	EndsAt *string `json:"ends_at,omitempty" tfsdk:"ends_at"`

	// Name The rotation's name, unique in the schedule.
	Name string `json:"name" tfsdk:"name"`

	// Participants Who takes turns, in this order: ids of users and teams, or `nobody`. A team's turn is all its members'; a turn of `nobody`, or of a team without members, falls through to the rotation before. Counted shift n belongs to entry n modulo the list's length, so adding one can change who is on call now.
	Participants []string `json:"participants" tfsdk:"participants"`

	// Restrictions Weekly windows in which the rotation is on call; empty means always.
	Restrictions []WeeklyWindow `json:"restrictions,omitempty" tfsdk:"restrictions"`

	// ShiftLength Length of a shift, in `shift_unit`s.
	ShiftLength int `json:"shift_length" tfsdk:"shift_length"`

	// ShiftUnit Unit of `shift_length`. Hand-overs keep their local time when the clocks change.
	ShiftUnit string `json:"shift_unit" tfsdk:"shift_unit"`

	// StartsAt Local time of the first hand-over (`2026-01-05T09:00:00`, no offset). All later hand-overs are computed from it.
	StartsAt string `json:"starts_at" tfsdk:"starts_at"`

	// TimeZone IANA time zone of the rotation's local times; null for the schedule's.
	TimeZone *string `json:"time_zone,omitempty" tfsdk:"time_zone"`
}

// RoutingAction What a matching rule does. At least one field must be set.
type RoutingAction struct {
	// AssignTo Id of the team that the alert is assigned to.
	AssignTo *string `json:"assign_to,omitempty" tfsdk:"assign_to"`

	// EscalateTo Id of the escalation policy that handles the alert.
	EscalateTo *string `json:"escalate_to,omitempty" tfsdk:"escalate_to"`

	// SetSeverity New severity of the alert.
	SetSeverity *string `json:"set_severity,omitempty" tfsdk:"set_severity"`

	// Suppress Whether nobody is paged. Conflicts with `escalate_to`.
	Suppress *bool `json:"suppress,omitempty" tfsdk:"suppress"`
}

// RoutingCondition A comparison of one field of an alert with a value.
type RoutingCondition struct {
	// Field The field to compare: `severity`, `title`, `source`, `service`, `routing_key`, `alert_policy`, or `labels.<name>`.
	Field string `json:"field" tfsdk:"field"`

	// Operator How to compare. `ne`, `not_in`, `not_contains` and `not_matches` also match an absent label; `gt`, `gte`, `lt` and `lte` compare numbers, and severities by rank; `matches` and `not_matches` search for an RE2 pattern.
	Operator string `json:"operator" tfsdk:"operator"`

	// Value The string to compare with. Not used by `in`, `not_in`, `exists` and `not_exists`.
	Value *string `json:"value,omitempty" tfsdk:"value"`

	// Values The strings that `in` and `not_in` compare with.
	Values []string `json:"values,omitempty" tfsdk:"values"`
}

// RoutingResult Where an alert goes, and why.
type RoutingResult struct {
	// By What decided it.
	By *string `json:"by" tfsdk:"by"`

	// EscalationPolicyIds The policies that it goes to, each once, in order.
	EscalationPolicyIds []string `json:"escalation_policy_ids" tfsdk:"escalation_policy_ids"`
	Outcome             string   `json:"outcome" tfsdk:"outcome"`

	// ReachedNobody Those of the chosen policies that reach nobody. If all of them do, the alert goes to the workspace's default policy.
	ReachedNobody []string `json:"reached_nobody" tfsdk:"reached_nobody"`

	// RuleIds The rules that escalate or suppress it, in order; of several that escalate to one policy, the first.
	RuleIds []string `json:"rule_ids" tfsdk:"rule_ids"`

	// Severity Its severity.
	Severity *string `json:"severity" tfsdk:"severity"`

	// TeamID The team that it is assigned to.
	TeamID *string `json:"team_id" tfsdk:"team_id"`

	// Timelines Who is paged, and when, by each policy.
	Timelines []PolicyTimeline `json:"timelines" tfsdk:"timelines"`

	// Tried Every rule that was tried, in order.
	Tried []TriedRule `json:"tried" tfsdk:"tried"`
}

// RoutingRule Decides where matching alerts go. Rules are evaluated by priority; the first match ends the evaluation unless the rule has `continue`.
type RoutingRule struct {
	// Action What happens to a matching alert.
	Action RoutingAction `json:"action" tfsdk:"action"`

	// Conditions Conditions on the alert. Without any, the rule matches every alert.
	Conditions []RoutingCondition `json:"conditions,omitempty" tfsdk:"conditions"`

	// Continue Whether later rules are evaluated after this one has matched. They see the original alert. What they escalate to is added; of teams and severities the first wins.
	Continue *bool `json:"continue,omitempty" tfsdk:"continue"`

	// Description Why the rule exists.
	Description *string `json:"description,omitempty" tfsdk:"description"`

	// Enabled Whether the rule is evaluated.
	Enabled *bool `json:"enabled,omitempty" tfsdk:"enabled"`

	// Match Whether `all` conditions must match, or `any` one of them.
	Match *string `json:"match,omitempty" tfsdk:"match"`

	// Name The rule's name, unique in the workspace. It breaks ties in priority.
	Name string `json:"name" tfsdk:"name"`

	// Priority Rules are evaluated from the lowest priority up; ties in order of name.
	Priority int `json:"priority" tfsdk:"priority"`

	// TimeZone IANA time zone of the windows; null for the workspace's.
	TimeZone *string `json:"time_zone,omitempty" tfsdk:"time_zone"`

	// Windows Weekly windows in which the rule applies, by when the alert opens; empty means always.
	Windows []WeeklyWindow `json:"windows,omitempty" tfsdk:"windows"`
}

// Schedule Who is on call when, as layers of rotations.
type Schedule struct {
	// Description What the schedule is for.
	Description *string `json:"description,omitempty" tfsdk:"description"`

	// Name The schedule's name, unique in the workspace.
	Name string `json:"name" tfsdk:"name"`

	// Rotations The layers. Where they overlap, the later one wins; a gap falls through to the one before. Without any, nobody is on call.
	Rotations []Rotation `json:"rotations,omitempty" tfsdk:"rotations"`

	// TimeZone IANA time zone of the schedule's local times; a rotation can have its own.
	TimeZone string `json:"time_zone" tfsdk:"time_zone"`
}

// ScheduleOverride Who is on call instead of the rotations.
type ScheduleOverride struct {
	// EndsAt When it ends (exclusive), with an offset.
	EndsAt string `json:"ends_at" tfsdk:"ends_at"`

	// Participant Who is on call: the id of a user or a team, or `nobody`.
	Participant string `json:"participant" tfsdk:"participant"`

	// StartsAt When it starts, with an offset.
	StartsAt string `json:"starts_at" tfsdk:"starts_at"`
}

// Service A service: something that runs, and that alerts are about.
type Service struct {
	// Description What the service does.
	Description *string `json:"description,omitempty" tfsdk:"description"`

	// EscalationPolicyID Id of the escalation policy for its alerts when no routing rule decides otherwise.
	EscalationPolicyID *string `json:"escalation_policy_id,omitempty" tfsdk:"escalation_policy_id"`

	// Labels Labels of your own.
	Labels map[string]string `json:"labels,omitempty" tfsdk:"labels"`

	// Name The service's name, unique in the workspace. Alerts refer to it by this name.
	Name string `json:"name" tfsdk:"name"`

	// TeamID Id of the team that owns the service.
	TeamID *string `json:"team_id,omitempty" tfsdk:"team_id"`
}

// ServiceAccount A machine identity that uses the API, with keys or with tokens exchanged for keys.
type ServiceAccount struct {
	// Description What the account is used for.
	Description *string `json:"description,omitempty" tfsdk:"description"`

	// Disabled Whether all of the account's keys are refused, without being deleted.
	Disabled *bool `json:"disabled,omitempty" tfsdk:"disabled"`

	// KeylessOnly Refuses stored keys: only keys that a token was exchanged for work, by a `service_account_trust`.
	KeylessOnly *bool `json:"keyless_only,omitempty" tfsdk:"keyless_only"`

	// Name The account's name, unique in the workspace.
	Name string `json:"name" tfsdk:"name"`

	// Scopes Scopes of the account's keys.
	Scopes []string `json:"scopes" tfsdk:"scopes"`
}

// ServiceAccountTrust Lets tokens of an OIDC issuer, such as a CI's or a pod's, be exchanged for a key of a service account, so that no key has to be stored.
type ServiceAccountTrust struct {
	// Audience What tokens must have as their only `aud`. Use one that no other service accepts, such as the URL of this server.
	Audience string `json:"audience" tfsdk:"audience"`

	// Claims What a token must say; all of them must match. Together they must pin a repository, a project, a pipeline or a Kubernetes service account.
	Claims []ClaimMatch `json:"claims" tfsdk:"claims"`

	// Description What the account is used for.
	Description *string `json:"description,omitempty" tfsdk:"description"`

	// Issuer The issuer's URL, exactly as its tokens have it in `iss`.
	Issuer string `json:"issuer" tfsdk:"issuer"`

	// Jwks The issuer's public keys as a JSON Web Key Set, for one that the server can't reach; null to fetch them from the issuer.
	Jwks *string `json:"jwks,omitempty" tfsdk:"jwks"`

	// Name The trust's name, unique in the workspace.
	Name string `json:"name" tfsdk:"name"`

	// Platform What issues the tokens. It decides which claims the trust must pin, and which tokens are refused: for `github`, those of the events `pull_request_target` and `workflow_run`.
	Platform string `json:"platform" tfsdk:"platform"`

	// ServiceAccountID Id of the service account that tokens are exchanged for a key of.
	ServiceAccountID string `json:"service_account_id" tfsdk:"service_account_id"`

	// SingleUse Whether a token can be exchanged only once; null for what fits the platform: true for `github`, whose jobs get a new token each time they ask, false for others.
	SingleUse *bool `json:"single_use,omitempty" tfsdk:"single_use"`
}

// StoredScheduleOverride An override, with its read-only fields.
type StoredScheduleOverride struct {
	// CreatedAt When it was created.
	CreatedAt string `json:"created_at" tfsdk:"created_at"`

	// EndsAt When it ends, as written.
	EndsAt string `json:"ends_at" tfsdk:"ends_at"`

	// ID The override's id, `ovr_…`.
	ID string `json:"id" tfsdk:"id"`

	// Participant Who is on call: the id of a user or a team, or `nobody`.
	Participant string `json:"participant" tfsdk:"participant"`

	// Revision The workspace's revision at its creation. Where two overlap, the greater wins.
	Revision int `json:"revision" tfsdk:"revision"`

	// ScheduleID The schedule that it belongs to.
	ScheduleID string `json:"schedule_id" tfsdk:"schedule_id"`

	// StartsAt When it starts, as written.
	StartsAt string `json:"starts_at" tfsdk:"starts_at"`
}

// Target Who is paged.
type Target struct {
	// ID Id of the schedule, user or team.
	ID string `json:"id" tfsdk:"id"`

	// Type `schedule` pages whoever is on call, `team` pages every member.
	Type string `json:"type" tfsdk:"type"`

	// Who Of a schedule, whom to page: those on call at that minute, or those of the `next` or `previous` shift by different people.
	Who *string `json:"who,omitempty" tfsdk:"who"`
}

// Team A group of users.
type Team struct {
	// Description What the team is for.
	Description *string `json:"description,omitempty" tfsdk:"description"`

	// MemberIds Ids of the members.
	MemberIds []string `json:"member_ids,omitempty" tfsdk:"member_ids"`

	// Name The team's name, unique in the workspace.
	Name string `json:"name" tfsdk:"name"`
}

// TimelineStep What happens at a minute after the alert opened.
type TimelineStep struct {
	Minute int `json:"minute" tfsdk:"minute"`

	// Repetition Counts from 0.
	Repetition int              `json:"repetition" tfsdk:"repetition"`
	Targets    []TimelineTarget `json:"targets" tfsdk:"targets"`

	// UserIds The people who are paged, each once; empty for a gap.
	UserIds []string `json:"user_ids" tfsdk:"user_ids"`
}

// TimelineTarget A target, and the people whom it reaches at that minute.
type TimelineTarget struct {
	ID      string   `json:"id" tfsdk:"id"`
	Type    string   `json:"type" tfsdk:"type"`
	UserIds []string `json:"user_ids" tfsdk:"user_ids"`

	// Who Of a schedule: the people of the `current`, the `next` or the `previous` shift.
	Who string `json:"who" tfsdk:"who"`
}

// TriedRule What came of a rule.
type TriedRule struct {
	// Condition Index of the condition that decided: the first that failed, or, where any one is enough, the first that held. Null where no single one did.
	Condition *int `json:"condition" tfsdk:"condition"`

	// Diagnostic Why a condition could not be evaluated; it counts as one that doesn't hold.
	Diagnostic *string `json:"diagnostic" tfsdk:"diagnostic"`
	Matched    bool    `json:"matched" tfsdk:"matched"`

	// OutsideWindows Whether the rule doesn't apply at `at`, by its windows, so its conditions weren't evaluated.
	OutsideWindows bool   `json:"outside_windows" tfsdk:"outside_windows"`
	RuleID         string `json:"rule_id" tfsdk:"rule_id"`
}

// User A person who can be on call.
type User struct {
	// Active Whether the person can be on call and be paged. Whoever is off keeps their place in rotations: their turn falls through like a gap.
	Active *bool `json:"active,omitempty" tfsdk:"active"`

	// Email E-mail address, unique in the workspace regardless of case.
	Email string `json:"email" tfsdk:"email"`

	// Name The person's display name. It need not be unique.
	Name string `json:"name" tfsdk:"name"`

	// Role The person's role. The last `owner` to lose the role keeps an owner's rights until another user has it.
	Role string `json:"role" tfsdk:"role"`

	// TimeZone IANA time zone of the person; null for the workspace's.
	TimeZone *string `json:"time_zone,omitempty" tfsdk:"time_zone"`
}

// ValidationResult The result for one body.
type ValidationResult struct {
	// Errors Errors in the body itself.
	Errors []ProblemError `json:"errors" tfsdk:"errors"`

	// Warnings Errors and warnings that depend on other resources, and so on changes made before this one.
	Warnings []ProblemError `json:"warnings" tfsdk:"warnings"`
}

// ValidationResults The results, in the order of the bodies.
type ValidationResults struct {
	Items []ValidationResult `json:"items" tfsdk:"items"`
}

// WeeklyWindow A weekly window of local time.
type WeeklyWindow struct {
	// Days Days on which the window starts.
	Days []string `json:"days" tfsdk:"days"`

	// EndTime Local time at which the window ends; on the next day if it is not after `start_time`.
	EndTime string `json:"end_time" tfsdk:"end_time"`

	// StartTime Local time at which the window starts (`09:00`).
	StartTime string `json:"start_time" tfsdk:"start_time"`
}

// WhoAmI What an API key belongs to.
type WhoAmI struct {
	KeyID string `json:"key_id" tfsdk:"key_id"`

	// Scopes What the key may do.
	Scopes             []string `json:"scopes" tfsdk:"scopes"`
	ServiceAccountID   string   `json:"service_account_id" tfsdk:"service_account_id"`
	ServiceAccountName string   `json:"service_account_name" tfsdk:"service_account_name"`
	WorkspaceID        string   `json:"workspace_id" tfsdk:"workspace_id"`
	WorkspaceName      string   `json:"workspace_name" tfsdk:"workspace_name"`
}

// Workspace The settings of a workspace.
type Workspace struct {
	// AllowedEmailDomains Allowed domains of users' e-mail addresses, in lower case; empty means any.
	AllowedEmailDomains []string `json:"allowed_email_domains,omitempty" tfsdk:"allowed_email_domains"`

	// AutoResolveAfterHours Hours without an update after which an alert resolves automatically; null means never.
	AutoResolveAfterHours *int `json:"auto_resolve_after_hours,omitempty" tfsdk:"auto_resolve_after_hours"`

	// DefaultEscalationPolicyID Id of the escalation policy for alerts that no rule and no service handles (the catch-all).
	DefaultEscalationPolicyID *string `json:"default_escalation_policy_id,omitempty" tfsdk:"default_escalation_policy_id"`

	// MaxAPIKeyAgeDays Maximum age of an API key in days; null means unlimited.
	MaxAPIKeyAgeDays *int `json:"max_api_key_age_days,omitempty" tfsdk:"max_api_key_age_days"`

	// Name The workspace's display name.
	Name string `json:"name" tfsdk:"name"`

	// TimeZone IANA time zone for users without one of their own.
	TimeZone *string `json:"time_zone,omitempty" tfsdk:"time_zone"`
}
