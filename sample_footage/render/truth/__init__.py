"""The truth beside the clips: of every frame what is in view, and of every clip which alarms are right."""
