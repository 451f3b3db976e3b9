//! The small adapters.
