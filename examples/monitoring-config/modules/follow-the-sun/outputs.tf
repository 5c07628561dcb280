output "schedule_id" {
  description = "Id of the schedule."
  value       = signalcraft_schedule.this.id
}
