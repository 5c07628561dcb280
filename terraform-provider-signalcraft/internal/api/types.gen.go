// Code generated from openapi.json by `go generate ./...`. DO NOT EDIT.

package api

import (
	"time"
)

// Alert An alert, as routing rules look at it. What is null, the alert doesn't say; an empty text it does say.
type Alert struct {
	// AlertPolicy Name of the alert policy that opened it.
	AlertPolicy *string `json:"alert_policy,omitempty" tfsdk:"alert_policy"`

	// Labels Its labels.
	Labels map[string]string `json:"labels,omitempty" tfsdk:"labels"`

	// RoutingKey The routing key that it came with.
	RoutingKey *string `json:"routing_key,omitempty" tfsdk:"routing_key"`

	// Service Name of the service that it is about.
	Service *string `json:"service,omitempty" tfsdk:"service"`

	// Severity How bad it is.
	Severity *string `json:"severity,omitempty" tfsdk:"severity"`

	// Source What sent it.
	Source *string `json:"source,omitempty" tfsdk:"source"`

	// Title What people see of it.
	Title *string `json:"title,omitempty" tfsdk:"title"`
}

// AlertCondition A measurement that crosses a bound.
type AlertCondition struct {
	// ForMinutes For how many minutes it must hold; 0 for at once.
	ForMinutes *int `json:"for_minutes,omitempty" tfsdk:"for_minutes"`

	// Labels Labels that the metric must have.
	Labels map[string]string `json:"labels,omitempty" tfsdk:"labels"`

	// Metric Name of the metric.
	Metric string `json:"metric" tfsdk:"metric"`

	// Operator How to compare the metric with `value`.
	Operator string `json:"operator" tfsdk:"operator"`

	// Type The kind of condition.
	Type string `json:"type" tfsdk:"type"`

	// Value The bound.
	Value *Double `json:"value" tfsdk:"value"`
}

// AlertPolicy Opens an alert when conditions on metrics hold.
type AlertPolicy struct {
	// Conditions What must hold.
	Conditions []AlertCondition `json:"conditions" tfsdk:"conditions"`

	// Description What it means when this fires, and what to do.
	Description *string `json:"description,omitempty" tfsdk:"description"`

	// Enabled Whether the policy opens alerts.
	Enabled *bool `json:"enabled,omitempty" tfsdk:"enabled"`

	// Match Whether `all` conditions must hold, or `any` one of them.
	Match *string `json:"match,omitempty" tfsdk:"match"`

	// Name The policy's name, unique in the workspace.
	Name string `json:"name" tfsdk:"name"`

	// RoutingKey Text that routing rules can match on.
	RoutingKey string `json:"routing_key" tfsdk:"routing_key"`

	// Severity How bad it is.
	Severity string `json:"severity" tfsdk:"severity"`
}

// APIKey An API key, without its secret.
type APIKey struct {
	// CreatedAt When it was made.
	CreatedAt time.Time `json:"created_at" tfsdk:"created_at"`

	// ExpiresAt When it stops working; null for never.
	ExpiresAt *string `json:"expires_at" tfsdk:"expires_at"`

	// Hint The secret's last four characters, to tell keys apart.
	Hint string `json:"hint" tfsdk:"hint"`

	// ID The key's id, `key_…`.
	ID string `json:"id" tfsdk:"id"`

	// LastUsedAt When it was last used, to the minute; null for never.
	LastUsedAt *string `json:"last_used_at" tfsdk:"last_used_at"`

	// Name What the key is for.
	Name string `json:"name" tfsdk:"name"`

	// RevokedAt When it was revoked; null if it wasn't.
	RevokedAt *string `json:"revoked_at" tfsdk:"revoked_at"`

	// RunURL The CI run that token was of, where that is known.
	RunURL *string `json:"run_url" tfsdk:"run_url"`

	// Subject That token's `sub`.
	Subject *string `json:"subject" tfsdk:"subject"`

	// TrustID The trust by which a token was exchanged for it; null for a stored key.
	TrustID *string `json:"trust_id" tfsdk:"trust_id"`
}

// Blocker A place from which a resource is referred to.
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

// EscalationPolicy Whom an alert reaches, and after how long, until somebody acknowledges it.
type EscalationPolicy struct {
	// Description What the policy is for.
	Description *string `json:"description,omitempty" tfsdk:"description"`

	// Name The policy's name, unique in the workspace.
	Name string `json:"name" tfsdk:"name"`

	// RepeatAfterMinutes Minutes from one repetition's start to the next one's: repetition k starts k times this after the alert opened. Required when `repeat_times` is above 0; greater than the last delay.
	RepeatAfterMinutes *int `json:"repeat_after_minutes,omitempty" tfsdk:"repeat_after_minutes"`

	// RepeatTimes How many times the steps are gone through again when nobody acknowledges.
	RepeatTimes *int `json:"repeat_times,omitempty" tfsdk:"repeat_times"`

	// Rules The steps, in the order of their delays.
	Rules []EscalationRule `json:"rules" tfsdk:"rules"`

	// TeamID The team that the policy belongs to.
	TeamID *string `json:"team_id,omitempty" tfsdk:"team_id"`
}

// EscalationRule A step of an escalation policy: after this delay, page these.
type EscalationRule struct {
	// DelayMinutes Minutes from when the alert opened, greater than the rule's before; the first may be 0.
	DelayMinutes int `json:"delay_minutes" tfsdk:"delay_minutes"`

	// Targets Whom to page, all at once.
	Targets []Target `json:"targets" tfsdk:"targets"`
}

// OnCallNow Who is on call on a schedule at an instant.
type OnCallNow struct {
	// At The instant asked about.
	At string `json:"at" tfsdk:"at"`

	// OverrideID Id of the override that says so, if one does.
	OverrideID *string `json:"override_id" tfsdk:"override_id"`

	// Rotation Name of the rotation that says so; null for an override, or nobody.
	Rotation   *string `json:"rotation" tfsdk:"rotation"`
	ScheduleID string  `json:"schedule_id" tfsdk:"schedule_id"`

	// Since Since when this is so; null for more than 366 days.
	Since *string `json:"since" tfsdk:"since"`

	// Until Until when this is so; null for more than 366 days.
	Until *string `json:"until" tfsdk:"until"`

	// UserID Id of the user who is on call; null if nobody is.
	UserID *string `json:"user_id" tfsdk:"user_id"`
}

// Pending A delete that waits until nothing refers to the resource.
type Pending struct {
	// Blockers Everything that refers to it now.
	Blockers []Blocker `json:"blockers" tfsdk:"blockers"`

	// DeletionRequestedAt Since when it waits.
	DeletionRequestedAt time.Time `json:"deletion_requested_at" tfsdk:"deletion_requested_at"`

	// ID The resource's id.
	ID string `json:"id" tfsdk:"id"`
}

// ProblemDocument Why a request wasn't carried out (RFC 9457).
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

	// MayBeApplied `internal` and `unavailable`: true where the change may have been made all the same. Read before you send it again.
	MayBeApplied *bool `json:"may_be_applied,omitempty" tfsdk:"may_be_applied"`

	// RequestID Stands in the server's log too.
	RequestID string `json:"request_id" tfsdk:"request_id"`

	// Scope `forbidden`: the scope that is missing.
	Scope *string `json:"scope,omitempty" tfsdk:"scope"`

	// Status The HTTP status, once more.
	Status int `json:"status" tfsdk:"status"`

	// Title What kind of problem it is.
	Title string `json:"title" tfsdk:"title"`

	// Type `https://signalcraft.io/problems/<slug>`.
	Type string `json:"type" tfsdk:"type"`
}

// ProblemError One of the things that are wrong with a request.
type ProblemError struct {
	// Code The kind of mistake.
	Code Code `json:"code" tfsdk:"code"`

	// Detail What to do about it.
	Detail string `json:"detail" tfsdk:"detail"`

	// Parameter Name of the query parameter or header at fault; absent where the body is.
	Parameter *string `json:"parameter,omitempty" tfsdk:"parameter"`

	// Pointer JSON pointer (RFC 6901) into the body; absent where a parameter is at fault.
	Pointer *string `json:"pointer,omitempty" tfsdk:"pointer"`
}

// Restriction A local window of the week in which a rotation is on call at all.
type Restriction struct {
	// Days The days on which the window begins.
	Days []string `json:"days" tfsdk:"days"`

	// EndTime When it ends, local time; if that is not after `start_time`, on the next day.
	EndTime string `json:"end_time" tfsdk:"end_time"`

	// StartTime When it begins, local time (`09:00`).
	StartTime string `json:"start_time" tfsdk:"start_time"`
}

// Rotation People who take turns. A later rotation of a schedule wins wherever it has someone.
type Rotation struct {
	// EndsAt Local time at which the rotation ends; null for never.
	EndsAt *string `json:"ends_at,omitempty" tfsdk:"ends_at"`

	// Name The rotation's name, unique in the schedule.
	Name string `json:"name" tfsdk:"name"`

	// Restrictions Windows of the week in which the rotation is on call at all; empty for always.
	Restrictions []Restriction `json:"restrictions,omitempty" tfsdk:"restrictions"`

	// ShiftLength How many `shift_unit`s a shift lasts.
	ShiftLength int `json:"shift_length" tfsdk:"shift_length"`

	// ShiftUnit Unit of `shift_length`. Hand-overs keep their local time when the clocks change.
	ShiftUnit string `json:"shift_unit" tfsdk:"shift_unit"`

	// StartsAt Local time of the first hand-over (`2026-01-05T09:00:00`, no offset). All later hand-overs follow from it; it is never rewritten.
	StartsAt string `json:"starts_at" tfsdk:"starts_at"`

	// UserIds Ids of the users who take turns, in this order. Shift n belongs to number n modulo the list's length, so adding someone can change who is on call now.
	UserIds []string `json:"user_ids" tfsdk:"user_ids"`
}

// RoutingAction What follows when a rule matches: at least one of its parts.
type RoutingAction struct {
	// AssignTo Id of the team that the alert is assigned to.
	AssignTo *string `json:"assign_to,omitempty" tfsdk:"assign_to"`

	// EscalateTo Id of the escalation policy that the alert goes to.
	EscalateTo *string `json:"escalate_to,omitempty" tfsdk:"escalate_to"`

	// SetSeverity The severity that the alert gets.
	SetSeverity *string `json:"set_severity,omitempty" tfsdk:"set_severity"`

	// Suppress Page nobody. Excludes `escalate_to`.
	Suppress *bool `json:"suppress,omitempty" tfsdk:"suppress"`
}

// RoutingCondition A comparison of one field of an alert with a value.
type RoutingCondition struct {
	// Field What to look at: `severity`, `title`, `source`, `service`, `routing_key`, `alert_policy`, or `labels.<name>`.
	Field string `json:"field" tfsdk:"field"`

	// Operator How to compare. `ne` and `not_in` match an absent label too; `gt`, `gte`, `lt` and `lte` compare numbers, and severities by rank; `matches` looks for an RE2 pattern anywhere.
	Operator string `json:"operator" tfsdk:"operator"`

	// Value What to compare with, always text. Not for `in`, `not_in`, `exists` and `not_exists`.
	Value *string `json:"value,omitempty" tfsdk:"value"`

	// Values The texts that `in` and `not_in` compare with.
	Values []string `json:"values,omitempty" tfsdk:"values"`
}

// RoutingResult Where an alert goes, and why.
type RoutingResult struct {
	// By Who decided that.
	By *string `json:"by" tfsdk:"by"`

	// EscalationPolicyID The policy that it goes to.
	EscalationPolicyID *string `json:"escalation_policy_id" tfsdk:"escalation_policy_id"`
	Outcome            string  `json:"outcome" tfsdk:"outcome"`

	// ReachedNobody The policy that it would have gone to, had that reached anybody.
	ReachedNobody *string `json:"reached_nobody" tfsdk:"reached_nobody"`

	// RuleID The rule that escalates or suppresses it.
	RuleID *string `json:"rule_id" tfsdk:"rule_id"`

	// Severity The severity that it gets.
	Severity *string `json:"severity" tfsdk:"severity"`

	// TeamID The team that it is assigned to.
	TeamID *string `json:"team_id" tfsdk:"team_id"`

	// Timeline Whom that pages, and when.
	Timeline []TimelineStep `json:"timeline" tfsdk:"timeline"`

	// Tried Every rule that was tried, in order.
	Tried []TriedRule `json:"tried" tfsdk:"tried"`
}

// RoutingRule Sends alerts that match somewhere. Rules are read by priority; the first that matches ends the reading unless it says `continue`.
type RoutingRule struct {
	// Action What follows.
	Action RoutingAction `json:"action" tfsdk:"action"`

	// Conditions What an alert must be like; none for every alert.
	Conditions []RoutingCondition `json:"conditions,omitempty" tfsdk:"conditions"`

	// Continue Whether later rules are read too, after this one has matched. They see the alert as it came, and the first value of each part of the action wins.
	Continue *bool `json:"continue,omitempty" tfsdk:"continue"`

	// Description Why the rule is there.
	Description *string `json:"description,omitempty" tfsdk:"description"`

	// Enabled Whether the rule is read at all.
	Enabled *bool `json:"enabled,omitempty" tfsdk:"enabled"`

	// Match Whether `all` conditions must match, or `any` one of them.
	Match *string `json:"match,omitempty" tfsdk:"match"`

	// Name The rule's name, unique in the workspace; it breaks ties of priority.
	Name string `json:"name" tfsdk:"name"`

	// Priority Rules are read from the lowest priority up, ties in order of name.
	Priority int `json:"priority" tfsdk:"priority"`
}

// Schedule Who is on call when: rotations in one time zone, in layers.
type Schedule struct {
	// Description What the schedule is for.
	Description *string `json:"description,omitempty" tfsdk:"description"`

	// Name The schedule's name, unique in the workspace.
	Name string `json:"name" tfsdk:"name"`

	// Rotations The layers: a later one wins wherever it has someone, a gap falls through to the one before it. None: nobody is on call.
	Rotations []Rotation `json:"rotations,omitempty" tfsdk:"rotations"`

	// TimeZone IANA time zone in which all local times of the schedule are read.
	TimeZone string `json:"time_zone" tfsdk:"time_zone"`
}

// ScheduleOverride Somebody who stands in on a schedule.
type ScheduleOverride struct {
	// EndsAt Until when (with an offset), exclusive.
	EndsAt time.Time `json:"ends_at" tfsdk:"ends_at"`

	// StartsAt From when on (with an offset).
	StartsAt time.Time `json:"starts_at" tfsdk:"starts_at"`

	// UserID Id of the user who is on call.
	UserID string `json:"user_id" tfsdk:"user_id"`
}

// Service Something that runs and that alerts are about.
type Service struct {
	// Description What the service does.
	Description *string `json:"description,omitempty" tfsdk:"description"`

	// EscalationPolicyID Where its alerts go when no routing rule says otherwise.
	EscalationPolicyID *string `json:"escalation_policy_id,omitempty" tfsdk:"escalation_policy_id"`

	// Labels Names and values of your own.
	Labels map[string]string `json:"labels,omitempty" tfsdk:"labels"`

	// Name The service's name, unique in the workspace; alerts name it.
	Name string `json:"name" tfsdk:"name"`

	// TeamID The team that looks after it.
	TeamID *string `json:"team_id,omitempty" tfsdk:"team_id"`
}

// ServiceAccount A machine that uses the API: with keys, or with tokens that are exchanged for keys.
type ServiceAccount struct {
	// Description What uses it.
	Description *string `json:"description,omitempty" tfsdk:"description"`

	// Disabled Refuses all of the account's keys, without deleting them.
	Disabled *bool `json:"disabled,omitempty" tfsdk:"disabled"`

	// KeylessOnly Refuses stored keys: only keys that a token was exchanged for work, by a `service_account_trust`.
	KeylessOnly *bool `json:"keyless_only,omitempty" tfsdk:"keyless_only"`

	// Name The account's name, unique in the workspace.
	Name string `json:"name" tfsdk:"name"`

	// Scopes What the account's keys may do.
	Scopes []string `json:"scopes" tfsdk:"scopes"`
}

// ServiceAccountTrust Lets tokens of an OIDC issuer, such as a CI's or a pod's, be exchanged for a key of a service account, so that no key has to be stored.
type ServiceAccountTrust struct {
	// Audience What tokens must have as their only `aud`. Use one that no other service accepts, such as the URL of this server.
	Audience string `json:"audience" tfsdk:"audience"`

	// Claims What a token must say; all of them must match. Together they must pin a repository, a project, a pipeline or a Kubernetes service account.
	Claims []ClaimMatch `json:"claims" tfsdk:"claims"`

	// Description What uses it.
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

// Target Somebody to page.
type Target struct {
	// ID Id of the schedule, user or team.
	ID string `json:"id" tfsdk:"id"`

	// Type `schedule` pages who is on call on it, `team` every member.
	Type string `json:"type" tfsdk:"type"`
}

// Team A group of users who look after services together.
type Team struct {
	// Description What the team is for.
	Description *string `json:"description,omitempty" tfsdk:"description"`

	// MemberIds Ids of the users who belong to the team, each once.
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
}

// TriedRule What came of a rule.
type TriedRule struct {
	// Condition Index of the condition that decided: the first that failed, or, where any one is enough, the first that held. Null where no single one did.
	Condition *int `json:"condition" tfsdk:"condition"`

	// Diagnostic Why a condition could not be evaluated; it counts as one that doesn't hold.
	Diagnostic *string `json:"diagnostic" tfsdk:"diagnostic"`
	Matched    bool    `json:"matched" tfsdk:"matched"`
	RuleID     string  `json:"rule_id" tfsdk:"rule_id"`
}

// User A person who can be on call. Creating a user invites that person.
type User struct {
	// Email E-mail address, the user's unique key: upper and lower case are the same.
	Email string `json:"email" tfsdk:"email"`

	// Name The person's name, as others see it. Two users may have the same.
	Name string `json:"name" tfsdk:"name"`

	// Role What the person may do. A workspace always has at least one `owner`.
	Role string `json:"role" tfsdk:"role"`

	// TimeZone IANA time zone in which the person reads times; null for the workspace's.
	TimeZone *string `json:"time_zone,omitempty" tfsdk:"time_zone"`
}

// ValidationResult What there is to say of a body.
type ValidationResult struct {
	// Errors What is wrong with the body itself.
	Errors []ProblemError `json:"errors" tfsdk:"errors"`

	// Warnings What is wrong, or surprising, among what there is now: other changes may mend it.
	Warnings []ProblemError `json:"warnings" tfsdk:"warnings"`
}

// ValidationResults The answers, in the order of the bodies.
type ValidationResults struct {
	Items []ValidationResult `json:"items" tfsdk:"items"`
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

// Workspace The settings of a workspace: everything that an API key sees belongs to one.
type Workspace struct {
	// AllowedEmailDomains Domains (lower case) that a user's e-mail address may have; empty for any.
	AllowedEmailDomains []string `json:"allowed_email_domains,omitempty" tfsdk:"allowed_email_domains"`

	// AutoResolveAfterHours Resolve an alert by itself after this many hours without news; null for never.
	AutoResolveAfterHours *int `json:"auto_resolve_after_hours,omitempty" tfsdk:"auto_resolve_after_hours"`

	// DefaultEscalationPolicyID The catch-all: where an alert goes that no rule and no service sends anywhere.
	DefaultEscalationPolicyID *string `json:"default_escalation_policy_id,omitempty" tfsdk:"default_escalation_policy_id"`

	// MaxAPIKeyAgeDays How many days an API key may live at most; null for no bound.
	MaxAPIKeyAgeDays *int `json:"max_api_key_age_days,omitempty" tfsdk:"max_api_key_age_days"`

	// Name The workspace's name, as people see it.
	Name string `json:"name" tfsdk:"name"`

	// TimeZone IANA time zone for people who have set none of their own.
	TimeZone *string `json:"time_zone,omitempty" tfsdk:"time_zone"`
}
