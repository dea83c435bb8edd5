"""How well a rubric's model predicts evidence that is left out, and which parameters the evidence suggests."""
