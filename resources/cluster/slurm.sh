#!/bin/bash
# {{title}}
#SBATCH --job-name={{name}}
#SBATCH --array={{array}}
#SBATCH --partition={{queue}}
#SBATCH --account={{account}}
#SBATCH --qos={{qos}}
#SBATCH --constraint={{constraint}}
#SBATCH --ntasks=1
#SBATCH --cpus-per-task={{cpus}}
#SBATCH --gpus-per-task={{gpus}}
#SBATCH --mem={{memory_mb}}M
#SBATCH --time={{walltime_min}}
#SBATCH --no-requeue
#SBATCH --open-mode=append
command -v module >/dev/null || . /etc/profile  # for: {{modules}}
module load {{modules}}
{{preamble}}
# In the shell's place, so that the scheduler's SIGTERM reaches it.
exec {{command}} "$SLURM_ARRAY_TASK_ID"
