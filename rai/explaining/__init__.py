"""What the explanations analysis computes: SHAP values, their summaries, and how they are told."""
