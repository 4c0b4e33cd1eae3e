#!/bin/bash
# {{title}}
#MSUB -r {{name}}
#MSUB -E "--array={{array}} --no-requeue --open-mode=append"
#MSUB -q {{queue}}
#MSUB -A {{account}}
#MSUB -Q {{qos}}
#MSUB -C {{constraint}}
#MSUB -n 1
#MSUB -c {{cpus}}
#MSUB -E "--gpus-per-task={{gpus}}"
#MSUB -E "--mem={{memory_mb}}M"
#MSUB -T {{walltime_s}}
command -v module >/dev/null || . /etc/profile  # for: {{modules}}
module load {{modules}}
{{preamble}}
# In the shell's place, so that the scheduler's SIGTERM reaches it.
exec {{command}} "$SLURM_ARRAY_TASK_ID"
