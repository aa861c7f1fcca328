//! What fuzzing found once, each as small as it can be told.
