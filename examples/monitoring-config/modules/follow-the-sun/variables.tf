variable "name" {
  type        = string
  description = "The schedule's name."
}

variable "asia" {
  type        = list(string)
  description = "Ids of the users who take turns from 00:00 to 08:00 UTC."
}

variable "europe" {
  type        = list(string)
  description = "Ids of the users who take turns from 08:00 to 16:00 UTC."
}

variable "americas" {
  type        = list(string)
  description = "Ids of the users who take turns from 16:00 to 24:00 UTC."
}

variable "starts_at" {
  type        = string
  description = "The first hand-over, in UTC. Each part changes hands at this time of the week."
  default     = "2026-01-05T00:00:00"
}
