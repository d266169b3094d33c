"""The models, trainers and perturbations that come with earmark, registered by the door that third parties use."""
